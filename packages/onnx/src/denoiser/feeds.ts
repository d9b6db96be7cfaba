import { NegError, type Tensor } from '@neg/core'
import type { Signature } from '../session/session'
import { toValue, type Value, type ValueInfo } from '../session/value'
import type { ResolvedRow } from './resolved-row'

/** An axis's size where an export fixed it; else 0. @experimental */
export const fixed = (dimension: number | string | undefined): number => (typeof dimension === 'number' ? dimension : 0)

/** Rows one after another, the last repeated until there are `count`. */
function stack(rows: readonly Float32Array[], count: number): Float32Array {
  const [{ length }] = rows
  const data = new Float32Array(count * length)
  for (let i = 0; i < count; i++) data.set(rows[Math.min(i, rows.length - 1)], i * length)
  return data
}

/** Rows as an input of `count` rows, filled up with the last. @experimental */
export const stacked = (
  { type }: ValueInfo,
  rows: readonly Float32Array[],
  count: number,
  shape: readonly number[],
): Value => toValue(stack(rows, count), type, [count, ...shape])

/** Whether a network takes one timestep a row; else one a call. */
export const isBatched = (timestep: ValueInfo, sample: ValueInfo): boolean =>
  timestep.shape.length === 1 &&
  (timestep.shape[0] === sample.shape[0] || (fixed(sample.shape[0]) === 0 && timestep.shape[0] === ''))

/**
 * Timesteps, one a row or one a call. @param told what the network is told of a timestep, which runs to 1000
 *
 * @experimental
 */
export function timestepFeed(
  { type, shape }: ValueInfo,
  rows: readonly ResolvedRow[],
  count: number,
  batched: boolean,
  told: (t: number) => number = (t) => t,
): Value {
  const times = rows.map(({ row }) => Float32Array.of(told(row.t)))
  return toValue(batched ? stack(times, count) : times[0], type, shape.length === 0 ? [] : [batched ? count : 1])
}

/**
 * Inputs of a call that are its prompts': made once for all the steps of a run, since a prompt's tensors stay the same.
 *
 * @experimental
 */
export function textFeeds(fixedRows: number) {
  const last = new Map<string, { readonly tensors: readonly Tensor[]; readonly value: Value }>()
  return (infos: readonly (ValueInfo | undefined)[], rows: readonly ResolvedRow[]): Record<string, Value> => {
    const feeds: Record<string, Value> = {}
    for (const info of infos) {
      if (!info) continue
      const tensors = rows.map(({ embedding }) => embedding.inputs[info.name])
      const known = last.get(info.name)
      if (known?.tensors.length === tensors.length && tensors.every((one, i) => one === known.tensors[i])) {
        feeds[info.name] = known.value
        continue
      }
      const data = tensors.map((one) => one.data)
      const value = stacked(info, data, fixedRows || rows.length, tensors[0].shape)
      last.set(info.name, { tensors, value })
      feeds[info.name] = value
    }
    return feeds
  }
}

/** What a distilled network is told. @experimental */
export function guidanceInput({ guidanceInput: value }: ResolvedRow['row']): number {
  if (value !== undefined) return value
  throw new NegError('internal', 'A distilled network was run without its guidance input.')
}

/**
 * The output that holds the prediction: by its name, else the only one that can be it. @throws `model-unsupported`
 *
 * @experimental
 */
export function predictionOf(
  outputs: readonly ValueInfo[],
  names: readonly string[],
  rank: number,
  where: string,
): string {
  const named = outputs.find(({ name }) => names.includes(name))
  const likely = outputs.filter(({ shape }) => shape.length === rank)
  const found = named ?? (likely.length === 1 ? likely[0] : outputs.length === 1 ? outputs[0] : undefined)
  if (found) return found.name
  throw new NegError(
    'model-unsupported',
    `The graph of ${where} has the outputs ${outputs.map(({ name }) => name).join(', ')}: which of them is the prediction ` +
      `is not known. Expected is one output, or one named '${names[0]}'.`,
    { where },
  )
}

/** @throws `model-unsupported` for inputs that text-to-image runs have no values for @experimental */
export function checkKnown({ inputs }: Signature, known: readonly string[], where: string): void {
  const strange = inputs.filter(({ name }) => !known.includes(name)).map(({ name }) => name)
  if (strange.length === 0) return
  throw new NegError(
    'model-unsupported',
    `The graph of ${where} takes ${strange.join(', ')}, which text-to-image runs have no values for. Supported inputs: ` +
      `${known.join(', ')}.`,
    { where },
  )
}
