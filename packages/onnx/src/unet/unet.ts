import { NegError, type Tensor } from '@neg/core'
import type { Signature } from '../session/session'
import { infoOf, toValue, type Value, type ValueInfo } from '../session/value'
import { guidanceEmbedding } from './guidance-embedding'
import type { ResolvedRow } from './resolved-row'

/** What a denoiser's graph takes. */
export interface Unet {
  readonly channels: number
  /** One timestep a row; else one a call. */
  readonly batchedTimestep: boolean
  readonly integerTimestep: boolean
  /** Channels of the text it attends to. */
  readonly textWidth: number
  /** SDXL: it takes `text_embeds` and `time_ids`. */
  readonly micro: boolean
  /** LCM: length of `timestep_cond`; 0 where it takes none. */
  readonly guidanceSize: number
  /** Rows of every call, where the export fixed them; 0 where any number goes. */
  readonly fixedRows: number
  /** Latent height and width, where the export fixed them; 0 where any goes. */
  readonly fixedSize: readonly [height: number, width: number]
  readonly output: string
  /** Inputs of one call. */
  feeds(rows: readonly ResolvedRow[]): Record<string, Value>
}

const fixed = (dimension: number | string | undefined): number => (typeof dimension === 'number' ? dimension : 0)

/** Rows one after another, the last repeated until there are `count`. */
function stack(rows: readonly Float32Array[], count: number): Float32Array {
  const [{ length }] = rows
  const data = new Float32Array(count * length)
  for (let i = 0; i < count; i++) data.set(rows[Math.min(i, rows.length - 1)], i * length)
  return data
}

const known = new Set(['sample', 'timestep', 'encoder_hidden_states', 'text_embeds', 'time_ids', 'timestep_cond'])

/** Reads what a UNet takes from its graph. @throws `model-unsupported` for inputs that nothing here can fill */
export function describeUnet(signature: Signature, where: string): Unet {
  const { inputs, outputs } = signature
  const sample = infoOf(inputs, 'sample', where)
  const timestep = infoOf(inputs, 'timestep', where)
  const text = infoOf(inputs, 'encoder_hidden_states', where)
  const find = (name: string): ValueInfo | undefined => inputs.find((input) => input.name === name)
  const [embeds, timeIds, condition] = ['text_embeds', 'time_ids', 'timestep_cond'].map(find)
  const strange = inputs.filter(({ name }) => !known.has(name)).map(({ name }) => name)
  if (strange.length > 0) {
    throw new NegError(
      'model-unsupported',
      `The graph of ${where} takes ${strange.join(', ')}, which text-to-image runs have no values for. Supported inputs: ` +
        `${[...known].join(', ')}.`,
      { where },
    )
  }
  const ids = fixed(timeIds?.shape[1])
  if (ids !== 0 && ids !== 6) {
    throw new NegError(
      'model-unsupported',
      `The graph of ${where} takes ${ids} time_ids; SDXL's base models take 6 (a refiner takes 5).`,
      { where },
    )
  }
  const fixedRows = fixed(sample.shape[0])
  const batchedTimestep =
    timestep.shape.length === 1 &&
    (timestep.shape[0] === sample.shape[0] || (fixedRows === 0 && timestep.shape[0] === ''))
  const guidanceSize = fixed(condition?.shape[1])

  /** What the last call was fed, made once for all the steps of a run: a prompt's tensors stay the same. */
  const last = new Map<string, { readonly tensors: readonly Tensor[]; readonly value: Value }>()
  const lastOf = (name: string, tensors: readonly Tensor[], make: () => Value): Value => {
    const known = last.get(name)
    if (known?.tensors.length === tensors.length && tensors.every((one, i) => one === known.tensors[i]))
      return known.value
    const value = make()
    last.set(name, { tensors, value })
    return value
  }

  return {
    channels: fixed(sample.shape[1]),
    batchedTimestep,
    integerTimestep: timestep.type === 'int64' || timestep.type === 'int32',
    textWidth: fixed(text.shape[2]),
    micro: timeIds !== undefined && embeds !== undefined,
    guidanceSize,
    fixedRows,
    fixedSize: [fixed(sample.shape[2]), fixed(sample.shape[3])],
    output: (outputs.find(({ name }) => name === 'out_sample') ?? outputs[0]).name,
    feeds(rows) {
      const count = fixedRows || rows.length
      const batch = (info: ValueInfo, values: readonly Float32Array[], shape: readonly number[]): Value =>
        toValue(stack(values, count), info.type, [count, ...shape])
      const of = (name: string) => rows.map(({ embedding }) => embedding[name])
      const times = rows.map(({ row }) => Float32Array.of(row.t))
      const feeds: Record<string, Value> = {
        sample: batch(
          sample,
          rows.map(({ row }) => row.input.data),
          rows[0].row.input.shape,
        ),
        timestep: toValue(
          batchedTimestep ? stack(times, count) : times[0],
          timestep.type,
          timestep.shape.length === 0 ? [] : [batchedTimestep ? count : 1],
        ),
      }
      for (const info of [text, embeds, timeIds]) {
        if (!info) continue
        const tensors = of(info.name)
        const make = () =>
          batch(
            info,
            tensors.map(({ data }) => data),
            tensors[0].shape,
          )
        feeds[info.name] = lastOf(info.name, tensors, make)
      }
      if (condition) {
        const scales = rows.map(({ row }) => guidanceEmbedding(guidanceInput(row.guidanceInput), guidanceSize))
        feeds[condition.name] = batch(condition, scales, [guidanceSize])
      }
      return feeds
    },
  }
}

function guidanceInput(value: number | undefined): number {
  if (value !== undefined) return value
  throw new NegError('internal', 'A distilled network was run without its guidance input.')
}
