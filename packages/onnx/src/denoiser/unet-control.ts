import { NegError, type Tensor } from '@neg/core'
import type { Signature } from '../session/session'
import { infoOf, toValue, type Value, type ValueInfo } from '../session/value'
import type { ControlNet } from './architecture'
import { checkKnown, fixed, isBatched, stacked, textFeeds, timestepFeed } from './feeds'

/**
 * What exporters call what a ControlNet adds below the middle, with its place, and in the middle: `down_block_additional_residuals_0`
 * (diffusers' argument), `down_block_res_samples_0` (its output), `down_block_0` (onnx-web), `controlnet_downblock1` (Olive, Qualcomm).
 */
const down = /^(?:controlnet_)?down_?block(?:_(?:additional_residuals?|res_samples?))?_?(\d+)$/
const middle = /^(?:controlnet_)?mid_?block(?:_(?:additional_residuals?|res_samples?))?$/

/** Values by their names: those of the way down in order, the middle last; undefined where they are no whole set. */
function residualsNamed(infos: readonly ValueInfo[]): readonly ValueInfo[] | undefined {
  const last = infos.filter(({ name }) => middle.test(name))
  const numbered = infos
    .flatMap((info) => {
      const place = down.exec(info.name)?.[1]
      return place === undefined ? [] : [{ info, place: Number(place) }]
    })
    .sort((a, b) => a.place - b.place)
  const whole = numbered.every(({ place }, i) => place === numbered[0].place + i)
  if (last.length !== 1 || numbered.length === 0 || !whole) return undefined
  return [...numbered.map(({ info }) => info), ...last]
}

/** Inputs of a UNet for what ControlNets add; undefined where it has none. */
export const residualInputs = ({ inputs }: Signature): readonly ValueInfo[] | undefined => residualsNamed(inputs)

/**
 * Inputs of a call for what ControlNets add. Nothing is zeros of one number an axis that the export left open: an Add spreads them.
 *
 * @param given [rows, …] each; undefined: nothing
 */
export function residualFeeds(
  infos: readonly ValueInfo[],
  given: readonly Tensor[] | undefined,
  rows: number,
  count: number,
): Record<string, Value> {
  return Object.fromEntries(
    infos.map((info, i) => {
      const own = given?.[i]
      if (!own) {
        const shape = info.shape.slice(1).map((axis) => fixed(axis) || 1)
        return [info.name, stacked(info, [new Float32Array(shape.reduce((a, b) => a * b, 1))], count, shape)] as const
      }
      const size = own.data.length / rows
      const parts = Array.from({ length: rows }, (_, row) => own.data.subarray(row * size, (row + 1) * size))
      return [info.name, stacked(info, parts, count, own.shape.slice(1))] as const
    }),
  )
}

const [sample, timestep, text, picture, scale] = [
  'sample',
  'timestep',
  'encoder_hidden_states',
  'controlnet_cond',
  'conditioning_scale',
]
const pooled = ['text_embeds', 'time_ids']

/** Which axis of an input is channels. */
export const controlAxes = { [sample]: 1, [text]: 2, [picture]: 1 }

/**
 * A ControlNet of a UNet, as diffusers, Optimum and onnx-web export it. Its strength is put to what it gives, a row each, so that its own
 * factor is always 1.
 * @throws `model-unsupported`
 */
export function describeControlNet(signature: Signature, where: string): ControlNet {
  const { inputs, outputs } = signature
  const [latents, time, words, image] = [sample, timestep, text, picture].map((name) => infoOf(inputs, name, where))
  checkKnown(signature, [sample, timestep, text, picture, scale, ...pooled], where)
  const factor = inputs.find(({ name }) => name === scale)
  const further = inputs.filter(({ name }) => pooled.includes(name))
  const residuals = residualsNamed(outputs) ?? outputs.filter(({ shape }) => shape.length === 4)
  if (residuals.length < 2) {
    throw new NegError(
      'model-unsupported',
      `The graph of ${where} gives ${outputs.map(({ name }) => name).join(', ')}: it is no ControlNet of a UNet, which gives ` +
        'down_block_res_samples_0 … and mid_block_res_sample.',
      { where },
    )
  }
  const fixedRows = fixed(latents.shape[0])
  const batchedTimestep = isBatched(time, latents)
  const texts = textFeeds(fixedRows)
  return {
    residuals,
    batchedTimestep,
    fixedRows,
    fixedSize: [fixed(image.shape[2]), fixed(image.shape[3])],
    fixedTokens: fixed(words.shape[1]),
    texts: [words, ...further],
    latents,
    feeds(rows, pictures) {
      const count = fixedRows || rows.length
      const [first] = rows
      return {
        [sample]: stacked(
          latents,
          rows.map(({ row }) => row.input.data),
          count,
          first.row.input.shape,
        ),
        [timestep]: timestepFeed(time, rows, count, batchedTimestep),
        ...texts([words, ...further], rows),
        [picture]: stacked(
          image,
          pictures.map(({ data }) => data),
          count,
          pictures[0].shape,
        ),
        ...(factor ? { [scale]: ones(factor) } : {}),
      }
    },
  }
}

function ones({ type, shape }: ValueInfo): Value {
  const sizes = shape.map((axis) => fixed(axis) || 1)
  return toValue(new Float32Array(sizes.reduce((a, b) => a * b, 1)).fill(1), type, sizes)
}
