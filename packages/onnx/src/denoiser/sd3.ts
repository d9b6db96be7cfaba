import { type Tensor, tensor } from '@neg/core'
import { readTransformerConfig } from '../folder/transformer-config'
import { findJointAttention } from '../graph/joint-attention'
import type { Signature } from '../session/session'
import { infoOf, toFloats } from '../session/value'
import type { EncodedText } from '../text/encoded-text'
import { besideChannels, joinedVectors, oneAfterAnother } from '../text/join-text'
import type { EncoderUse, TextPlan } from '../text/text-plan'
import type { Architecture, Denoiser } from './architecture'
import { checkKnown, fixed, predictionOf, stacked, textFeeds, timestepFeed } from './feeds'
import { transformerChannels } from './transformer-channels'

const inputs = { latents: 'hidden_states', text: 'encoder_hidden_states' } as const
const pooledText = 'pooled_projections'
const known = [inputs.latents, inputs.text, pooledText, 'timestep']
const outputs = ['out_hidden_states', 'out_sample', 'sample']
const encoders = ['text_encoder', 'text_encoder_2', 'text_encoder_3'] as const

/** Where a graph leaves free what only its config has: Stable Diffusion 3's. */
const usual = { channels: 16, text: 4096, pooled: 2048, patch: 2, trained: 128 }
/** diffusers' default of `max_sequence_length`. */
const t5Tokens = 256

const { claimed, channels } = transformerChannels(
  {
    in_channels: [inputs.latents, 1],
    joint_attention_dim: [inputs.text, 2],
    pooled_projection_dim: [pooledText, 1],
  },
  { [inputs.latents]: usual.channels },
)

/**
 * MMDiT of Stable Diffusion 3 and 3.5 (Esser et al. 2024, arXiv 2403.03206): latents as they are, timesteps to 1000. Its text is CLIP's and
 * OpenCLIP's last but one states side by side, filled up with zeros to T5's width, and after them T5's, or zeros in a folder without it.
 */
export const sd3 = {
  name: 'sd3',
  part: 'transformer',
  encoders,
  models: 'Stable Diffusion 3 and 3.5 (StableDiffusion3Pipeline)',
  maker: () => 'stabilityai/stable-diffusion-3.5-medium',
  takes: (className: string) =>
    /^(?:ORT|OV)?StableDiffusion3(?:PAG)?(?:Img2Img|Inpaint)?Pipeline(?:ForText2Image)?$/.test(className),
  pipeline: 'StableDiffusion3Pipeline',
  classes: {
    transformer: /^(?:SD3Transformer2DModel$|ORT|OV|Onnx)/,
    text_encoder: /^(?:CLIP|ORT|OV|Onnx)/,
    text_encoder_2: /^(?:CLIP|ORT|OV|Onnx)/,
    text_encoder_3: /^(?:T5|ORT|OV|Onnx)/,
  },
  owns: (names: readonly string[]) =>
    [inputs.latents, inputs.text, pooledText].every((name) => names.includes(name)) && !names.includes('img_ids'),
  manner: () => ({ walk: { strength: 'up' }, settings: { scale: 7, steps: 28 } }),
  inputs,
  attention: {
    find: (graph) => findJointAttention(graph, inputs, { first: 'image', single: false }),
    grids: (height, width) => [[height / usual.patch, width / usual.patch]],
  },
  claims: { axes: claimed, inputs: {} },
  channels,
  describe,
  async readGrid(files) {
    const config = await readTransformerConfig(files)
    const { sample_size: size, patch_size: patch, pos_embed_max_size: most, attention_head_dim: head } = config
    const cells = size ?? usual.trained
    const multiple = patch ?? usual.patch
    return {
      trained: [cells, cells],
      multiple,
      ...(most == null ? {} : { most: most * multiple }),
      headSizes: head == null ? [] : [head],
    }
  },
} as const satisfies Architecture

function describe(signature: Signature, where: string): Denoiser {
  const [latents, text, pooled, timestep] = known.map((name) => infoOf(signature.inputs, name, where))
  checkKnown(signature, known, where)
  const output = predictionOf(signature.outputs, outputs, 4, where)
  const fixedRows = fixed(latents.shape[0])
  const batchedTimestep = timestep.shape.length === 1 && fixed(timestep.shape[0]) === fixedRows
  const texts = textFeeds(fixedRows)
  const width = fixed(text.shape[2]) || usual.text
  return {
    channels: fixed(latents.shape[1]),
    batchedTimestep,
    integerTimestep: timestep.type === 'int64' || timestep.type === 'int32',
    distilled: false,
    fixedRows,
    fixedSize: [fixed(latents.shape[2]), fixed(latents.shape[3])],
    fixedTokens: fixed(text.shape[1]),
    texts: (parts) => textPlan(parts, width),
    textShapes: (tokens) => ({
      [inputs.text]: [tokens, width],
      [pooledText]: [fixed(pooled.shape[1]) || usual.pooled],
    }),
    feeds(rows) {
      const count = fixedRows || rows.length
      const data = rows.map(({ row }) => row.input.data)
      return {
        [inputs.latents]: stacked(latents, data, count, rows[0].row.input.shape),
        timestep: timestepFeed(timestep, rows, count, batchedTimestep),
        ...texts([text, pooled], rows),
      }
    },
    predictions(answer, rows) {
      const all = toFloats(answer[output])
      const { shape, data } = rows[0].row.input
      return rows.map((_, i) => tensor(all.subarray(i * data.length, (i + 1) * data.length), shape))
    },
  }
}

function textPlan(parts: readonly string[], width: number): TextPlan {
  const clip = (part: (typeof encoders)[number]): EncoderUse => ({
    part,
    tokenizer: part.replace('text_encoder', 'tokenizer'),
    kind: 'clip',
    layer: 'penultimate',
    pooled: 'projected',
  })
  const t5 = parts.includes(encoders[2])
  return {
    encoders: [
      clip(encoders[0]),
      clip(encoders[1]),
      ...(t5
        ? [{ part: encoders[2], tokenizer: 'tokenizer_3', kind: 't5', layer: 'last', tokens: t5Tokens } as const]
        : []),
    ],
    input: inputs.text,
    zeros: false,
    // Without T5 zeros stand for as many tokens as one window of CLIP's has.
    sequence: ([first, , third], [limit]) => ({
      starts: [0, 0, ...(t5 ? [first] : [])],
      length: first + (third ?? limit),
    }),
    width: ([, , third]) => third,
    join([first, second, third]: readonly EncodedText[], [limit]: readonly number[]): Record<string, Tensor> {
      const clips = besideChannels([first.hidden, second.hidden])
      const zeros = () => tensor(new Float32Array(limit * width), [limit, width])
      return {
        [inputs.text]: oneAfterAnother([clips, third?.hidden ?? zeros()], width),
        [pooledText]: joinedVectors([first.pooled, second.pooled]),
      }
    },
  }
}
