import { NegError, tensor } from '@neg/core'
import { readUnetConfig, readUnetWidths } from '../folder/unet-config'
import { findAttention } from '../graph/attention-site'
import type { Signature } from '../session/session'
import { infoOf, toFloats, type ValueInfo } from '../session/value'
import type { EncodedText } from '../text/encoded-text'
import { besideChannels } from '../text/join-text'
import type { TextPlan } from '../text/text-plan'
import type { Architecture, Denoiser } from './architecture'
import { checkKnown, fixed, guidanceInput, isBatched, predictionOf, stacked, textFeeds, timestepFeed } from './feeds'
import { guidanceEmbedding } from './guidance-embedding'
import type { ResolvedRow } from './resolved-row'
import { controlAxes, describeControlNet, residualFeeds, residualInputs } from './unet-control'

const inputs = { latents: 'sample', text: 'encoder_hidden_states', guidance: 'timestep_cond' } as const
const { guidance } = inputs
const [pooledText, sizes] = ['text_embeds', 'time_ids']
const known = [inputs.latents, 'timestep', inputs.text, pooledText, sizes, guidance]
const out = 'out_sample'
/** Which axis of an input is channels. */
const axes = { [inputs.latents]: 1, [inputs.text]: 2, [pooledText]: 1, [guidance]: 1 } as const
const encoders = ['text_encoder', 'text_encoder_2'] as const

/** Pipelines whose denoiser is another network. */
const others =
  /Flux|StableDiffusion3|PixArt|Sana|Wuerstchen|StableCascade|Kandinsky|AuraFlow|Hunyuan|Lumina|Chroma|Qwen|Marigold/

/**
 * UNets with cross-attention to CLIP's text: Stable Diffusion 1 and 2; SDXL, which also takes the second encoder's pooled
 * output (`text_embeds`) and sizes (`time_ids`); their distilled kinds, of which LCM takes its guidance scale (`timestep_cond`); those
 * that read a picture in further channels of `sample`: inpainting (mask, masked picture) and InstructPix2Pix (picture); and those
 * exported with inputs for what ControlNets add.
 */
export const unet = {
  name: 'unet',
  part: 'unet',
  encoders,
  models:
    'models with a UNet and CLIP text encoders: Stable Diffusion 1 and 2, SDXL, their distilled kinds (LCM, Turbo), inpainting and InstructPix2Pix',
  maker: (networks: readonly string[]) =>
    networks.includes(encoders[1])
      ? 'stabilityai/stable-diffusion-xl-base-1.0'
      : 'stable-diffusion-v1-5/stable-diffusion-v1-5',
  takes: (className: string) => !others.test(className),
  pipeline: 'StableDiffusionPipeline',
  classes: {
    // Other UNets are fed and read in other ways.
    unet: /^(?!UNet(?!2DConditionModel$)|Kandinsky|I2VGen|StableCascade|Wuerstchen|UVit|Audio)/,
    text_encoder: /^(?:CLIP|ORT|OV|Onnx)/,
    text_encoder_2: /^(?:CLIP|ORT|OV|Onnx)/,
  },
  owns: (names: readonly string[]) => names.includes(inputs.latents) && names.includes(inputs.text),
  manner: () => ({}),
  inputs,
  attention: {
    find: (graph) => findAttention(graph, inputs),
    // Each stride of 2 rounds up.
    grids: (height, width) =>
      Array.from({ length: 8 }, (_, level) => [Math.ceil(height / 2 ** level), Math.ceil(width / 2 ** level)] as const),
  },
  claims: {
    axes: {
      in_channels: [inputs.latents, axes[inputs.latents]],
      cross_attention_dim: [inputs.text, axes[inputs.text]],
      out_channels: [out, 1],
    },
    inputs: {
      [pooledText]: ({ addition_embed_type: kind }) => kind === 'text_time',
      [guidance]: ({ time_cond_proj_dim: width }) => typeof width === 'number',
    },
  },
  channels: {
    axes,
    async read(files) {
      const widths = await readUnetWidths(files)
      const named = [
        [inputs.latents, widths.latents],
        [inputs.text, widths.text],
        // 0: it takes none.
        [guidance, widths.guidance || undefined],
      ] as const
      return {
        where: 'unet/config.json',
        channels: Object.fromEntries(named.flatMap(([name, width]) => (width === undefined ? [] : [[name, width]]))),
        ...(widths.output === undefined ? {} : { output: widths.output }),
      }
    },
    usual: { [inputs.latents]: 4, [guidance]: 256 },
  },
  describe: describeUnet,
  control: { axes: controlAxes, describe: describeControlNet },
  async readGrid(files, legacy) {
    const { sampleSize, downsamplings, headSizes } = await readUnetConfig(files, legacy)
    return { trained: sampleSize, multiple: 2 ** downsamplings, headSizes }
  },
} as const satisfies Architecture

/** Stable Diffusion 1's and SDXL's, where a graph leaves free what only its config has. */
const usual = { channels: 4, text: 768, pooled: 1280, sizes: 6 }

function describeUnet(signature: Signature, where: string): Denoiser {
  const { outputs } = signature
  const sample = infoOf(signature.inputs, inputs.latents, where)
  const timestep = infoOf(signature.inputs, 'timestep', where)
  const text = infoOf(signature.inputs, inputs.text, where)
  const find = (name: string): ValueInfo | undefined => signature.inputs.find((input) => input.name === name)
  const [embeds, timeIds, condition] = [pooledText, sizes, guidance].map(find)
  const fixedRows = fixed(sample.shape[0])
  const batchedTimestep = isBatched(timestep, sample)
  const residuals = residualInputs(signature)
  checkInputs(signature, where, timeIds, residuals)
  const guidanceSize = fixed(condition?.shape[1])
  const output = predictionOf(outputs, ['out_sample', 'latent'], 4, where)
  const total = fixed(sample.shape[1])
  const { channels, reads } = channelsOf(total, fixed(infoOf(outputs, output, where).shape[1]))

  const texts = textFeeds(fixedRows)

  return {
    channels,
    ...(reads ? { reads } : {}),
    ...(residuals ? { residuals } : {}),
    batchedTimestep,
    integerTimestep: timestep.type === 'int64' || timestep.type === 'int32',
    distilled: guidanceSize > 0,
    fixedRows,
    fixedSize: [fixed(sample.shape[2]), fixed(sample.shape[3])],
    fixedTokens: fixed(text.shape[1]),
    texts: () => textPlan(timeIds !== undefined && embeds !== undefined),
    textShapes: (tokens) => ({
      [text.name]: [tokens, fixed(text.shape[2]) || usual.text],
      ...(embeds ? { [embeds.name]: [fixed(embeds.shape[1]) || usual.pooled] } : {}),
      ...(timeIds ? { [timeIds.name]: [fixed(timeIds.shape[1]) || usual.sizes] } : {}),
    }),
    feeds(rows, added) {
      const count = fixedRows || rows.length
      const feeds = {
        [sample.name]: stacked(
          sample,
          rows.map(({ row }) => sampleOf(row, total)),
          count,
          [total || rows[0].row.input.shape[0], ...rows[0].row.input.shape.slice(1)],
        ),
        timestep: timestepFeed(timestep, rows, count, batchedTimestep),
        ...texts([text, embeds, timeIds], rows),
        ...residualFeeds(residuals ?? [], added, rows.length, count),
      }
      if (!condition) return feeds
      const scales = rows.map(({ row }) => guidanceEmbedding(guidanceInput(row), guidanceSize))
      return { ...feeds, [condition.name]: stacked(condition, scales, count, [guidanceSize]) }
    },
    predictions(answer, rows) {
      const all = toFloats(answer[output])
      const { shape, data } = rows[0].row.input
      return rows.map((_, i) => tensor(all.subarray(i * data.length, (i + 1) * data.length), shape))
    },
  }
}

/**
 * The channels of the latents, and what those beside them are: as many again and a mask, or as many again.
 * @param predicted 0 where the graph leaves them open
 */
function channelsOf(total: number, predicted: number): Pick<Denoiser, 'channels' | 'reads'> {
  const gives = predicted || (total === 8 || total === 9 ? usual.channels : total)
  if (total === 2 * gives + 1) return { channels: gives, reads: 'masked-image' }
  if (total === 2 * gives && total > 0) return { channels: gives, reads: 'image' }
  return { channels: total }
}

/** What a row's x and what the network reads beside it are, one after another; zeros where it is shown nothing. */
function sampleOf({ input, beside }: ResolvedRow['row'], total: number): Float32Array {
  const area = input.data.length / input.shape[0]
  if (total * area <= input.data.length) return input.data
  const sample = new Float32Array(total * area)
  sample.set(input.data)
  if (beside) sample.set(beside.data, input.data.length)
  return sample
}

/** @throws `model-unsupported` */
function checkInputs(
  signature: Signature,
  where: string,
  timeIds: ValueInfo | undefined,
  residuals: readonly ValueInfo[] = [],
): void {
  checkKnown(signature, [...known, ...residuals.map(({ name }) => name)], where)
  const ids = fixed(timeIds?.shape[1])
  if (ids !== 0 && ids !== usual.sizes) {
    throw new NegError(
      'model-unsupported',
      `The graph of ${where} takes ${ids} ${sizes}; SDXL's base models take ${usual.sizes} (a refiner takes 5).`,
      { where },
    )
  }
}

/** Stable Diffusion reads one encoder's last state; SDXL two encoders' last but one side by side, and the second's pooled output. */
function textPlan(xl: boolean): TextPlan {
  const parts = xl ? encoders : encoders.slice(0, 1)
  return {
    encoders: parts.map((part, i) => ({
      part,
      tokenizer: part.replace('text_encoder', 'tokenizer'),
      kind: 'clip',
      layer: xl ? 'penultimate' : 'last',
      ...(xl && i === parts.length - 1 ? { pooled: 'projected' as const } : {}),
    })),
    input: inputs.text,
    ...(xl ? { sizes } : {}),
    zeros: xl,
    sequence: (lengths) => ({ starts: lengths.map(() => 0), length: lengths[0] }),
    width: (widths) => widths.reduce((sum, width) => sum + width, 0),
    join(encoded: readonly EncodedText[]) {
      const { pooled } = encoded[encoded.length - 1]
      return {
        [inputs.text]: besideChannels(encoded.map(({ hidden }) => hidden)),
        ...(pooled ? { [pooledText]: pooled } : {}),
      }
    },
  }
}
