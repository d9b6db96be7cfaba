import { NegError, type Tensor, tensor } from '@neg/core'
import { readTransformerConfig } from '../folder/transformer-config'
import { findJointAttention } from '../graph/joint-attention'
import type { Signature } from '../session/session'
import { infoOf, toFloats, toValue, type Value, type ValueInfo } from '../session/value'
import type { EncodedText } from '../text/encoded-text'
import { joinedVectors } from '../text/join-text'
import type { TextPlan } from '../text/text-plan'
import type { Architecture, Denoiser } from './architecture'
import { checkKnown, fixed, guidanceInput, predictionOf, stacked, textFeeds, timestepFeed } from './feeds'
import type { ResolvedRow } from './resolved-row'
import { transformerChannels } from './transformer-channels'

const [imageIds, textIds] = ['img_ids', 'txt_ids']
const inputs = {
  latents: 'hidden_states',
  text: 'encoder_hidden_states',
  guidance: 'guidance',
  alone: [imageIds, textIds],
} as const
const { guidance } = inputs
const pooledText = 'pooled_projections'
const needed = [inputs.latents, inputs.text, pooledText, 'timestep', imageIds, textIds]
const outputs = ['out_hidden_states', 'out_sample', 'sample']
const encoders = ['text_encoder', 'text_encoder_2'] as const

/** Latent cells that one token of the picture is made of, along an edge. */
const patch = 2
/** Where a graph leaves free what only its config has: Flux' own. */
const usual = { channels: 64, text: 4096, pooled: 768, trained: 128 }
/** diffusers' `guidance_scale` of FluxPipeline. */
const toldByDefault = 3.5

const { claimed, channels } = transformerChannels(
  {
    in_channels: [inputs.latents, 2],
    joint_attention_dim: [inputs.text, 2],
    pooled_projection_dim: [pooledText, 1],
  },
  { [inputs.latents]: usual.channels },
)

/**
 * Flux (Black Forest Labs 2024), dev and schnell: latents packed 2 × 2 into a sequence, positions beside them, times in [0, 1]. Its
 * text is T5's; of CLIP it reads the pooled output. Dev is told a guidance scale besides, which is no guidance with a negative.
 */
export const flux = {
  name: 'flux',
  part: 'transformer',
  encoders,
  models: 'Flux.1 dev and schnell (FluxPipeline)',
  maker: () => 'black-forest-labs/FLUX.1-schnell',
  takes: (className: string) => /^(?:ORT|OV)?Flux(?:Img2Img|Inpaint)?Pipeline(?:ForText2Image)?$/.test(className),
  pipeline: 'FluxPipeline',
  classes: {
    transformer: /^(?:FluxTransformer2DModel$|ORT|OV|Onnx)/,
    text_encoder: /^(?:CLIP|ORT|OV|Onnx)/,
    text_encoder_2: /^(?:T5|ORT|OV|Onnx)/,
  },
  owns: (names: readonly string[]) => [inputs.latents, inputs.text, imageIds].every((name) => names.includes(name)),
  manner: (distilled) => ({
    walk: { sigmas: 'even', strength: 'up' },
    ...(distilled ? { distilledScale: toldByDefault } : {}),
    settings: { scale: 1, steps: distilled ? 28 : 4 },
  }),
  inputs,
  attention: {
    find: (graph) => findJointAttention(graph, inputs, { first: 'text', single: true }),
    grids: (height, width) => [[height / patch, width / patch]],
  },
  claims: { axes: claimed, inputs: { [guidance]: ({ guidance_embeds: told }) => told === true } },
  channels,
  describe,
  async readGrid(files) {
    const { attention_head_dim: head } = await readTransformerConfig(files)
    return {
      trained: [usual.trained, usual.trained],
      multiple: patch,
      headSizes: head == null ? [] : [head],
    }
  },
} as const satisfies Architecture

/** Where each value of latents [C, h, w] stands in the sequence [hw/4, 4 C]: 2 × 2 cells of a channel side by side. */
export function packing([channels, height, width]: readonly number[]): Uint32Array {
  const [area, across] = [height * width, width / patch]
  return Uint32Array.from({ length: channels * area }, (_, i) => {
    const [c, y, x] = [Math.floor(i / area), Math.floor((i % area) / width), i % width]
    const token = Math.floor(y / patch) * across + Math.floor(x / patch)
    return token * channels * patch * patch + c * patch * patch + (y % patch) * patch + (x % patch)
  })
}

function describe(signature: Signature, where: string): Denoiser {
  const [latents, text, pooled, timestep, images, texts] = needed.map((name) => infoOf(signature.inputs, name, where))
  const told = signature.inputs.find(({ name }) => name === guidance)
  checkKnown(signature, [...needed, guidance], where)
  const output = predictionOf(signature.outputs, outputs, 3, where)
  const fixedRows = fixed(latents.shape[0])
  const fixedPatches = fixed(latents.shape[1])
  const cellChannels = fixed(latents.shape[2]) / patch ** 2
  if (!Number.isInteger(cellChannels)) {
    throw new NegError(
      'model-unsupported',
      `The graph of ${where} takes ${latents.shape[2]} channels, no multiple of 4: Flux' latents are packed 2 × 2.`,
      { where },
    )
  }
  const batchedTimestep = timestep.shape.length === 1 && fixed(timestep.shape[0]) === fixedRows
  const textOf = textFeeds(fixedRows)
  let last: { readonly shape: readonly number[]; readonly places: Uint32Array } | undefined
  const placesOf = (shape: readonly number[]): Uint32Array => {
    if (last?.shape.join() !== shape.join()) last = { shape, places: packing(shape) }
    return last.places
  }
  const edge = fixedPatches === 0 ? 0 : Math.sqrt(fixedPatches) * patch
  return {
    channels: cellChannels,
    batchedTimestep,
    integerTimestep: timestep.type === 'int64' || timestep.type === 'int32',
    distilled: told !== undefined,
    fixedRows,
    // A sequence tells its length alone; a square is what models are exported at.
    fixedSize: Number.isInteger(edge) ? [edge, edge] : [0, 0],
    fixedTokens: fixed(text.shape[1]),
    texts: () => textPlan(told !== undefined),
    textShapes: (tokens) => ({
      [inputs.text]: [tokens, fixed(text.shape[2]) || usual.text],
      [pooledText]: [fixed(pooled.shape[1]) || usual.pooled],
    }),
    feeds(rows) {
      const count = fixedRows || rows.length
      const { shape } = rows[0].row.input
      const [height, width] = shape.slice(1).map((cells) => cells / patch)
      const places = placesOf(shape)
      const packed = rows.map(({ row }) => {
        const data = new Float32Array(places.length)
        places.forEach((place, i) => {
          data[place] = row.input.data[i]
        })
        return data
      })
      if (fixedPatches !== 0 && fixedPatches !== height * width) {
        throw new NegError(
          'size-invalid',
          `This export takes ${fixedPatches} patches of 2 × 2 latent cells; the picture has ${height * width}. Export the model with ` +
            'free axes for other sizes.',
          { where: 'width' },
        )
      }
      const size = [height * width, shape[0] * patch ** 2]
      const tokens = rows[0].embedding.text.shape[0]
      return {
        [inputs.latents]: stacked(latents, packed, count, size),
        timestep: timestepFeed(timestep, rows, count, batchedTimestep, (t) => t / 1000),
        [imageIds]: positions(images, count, height * width, (i) => [0, Math.floor(i / width), i % width]),
        [textIds]: positions(texts, count, tokens, () => [0, 0, 0]),
        ...(told ? { [guidance]: stacked(told, scalesOf(rows), count, []) } : {}),
        ...textOf([text, pooled], rows),
      }
    },
    predictions(answer, rows) {
      const all = toFloats(answer[output])
      const { shape, data } = rows[0].row.input
      const places = placesOf(shape)
      return rows.map((_, r) =>
        tensor(
          data.map((_, i) => all[r * data.length + places[i]]),
          shape,
        ),
      )
    },
  }
}

const scalesOf = (rows: readonly ResolvedRow[]) => rows.map(({ row }) => Float32Array.of(guidanceInput(row)))

/** Positions of tokens, three numbers each; older exports take them once a row. */
function positions(
  info: ValueInfo,
  rows: number,
  tokens: number,
  of: (token: number) => readonly [number, number, number],
): Value {
  const one = Float32Array.from({ length: tokens * 3 }, (_, i) => of(Math.floor(i / 3))[i % 3])
  if (info.shape.length === 2) return toValue(one, info.type, [tokens, 3])
  return stacked(info, new Array<Float32Array>(rows).fill(one), rows, [tokens, 3])
}

/** CLIP's pooled output and T5's states. @param told dev's lengths; schnell was made for half as many tokens */
function textPlan(told: boolean): TextPlan {
  return {
    encoders: [
      { part: encoders[0], tokenizer: 'tokenizer', kind: 'clip', layer: 'none', pooled: 'plain' },
      { part: encoders[1], tokenizer: 'tokenizer_2', kind: 't5', layer: 'last', tokens: told ? 512 : 256 },
    ],
    input: inputs.text,
    zeros: false,
    sequence: ([, second]) => ({ starts: [undefined, 0], length: second }),
    width: ([, second]) => second,
    join: ([first, second]: readonly EncodedText[]): Record<string, Tensor> => ({
      [inputs.text]: second.hidden,
      [pooledText]: joinedVectors([first.pooled]),
    }),
  }
}
