import { type CallOptions, NegError, type Pixels, type Tensor, tensor } from '@neg/core'
import type { LazySession } from '../session/lazy-session'
import { toFloats } from '../session/value'
import { unitPixels } from '../vae/pixels'
import type { ControlNet } from './architecture'
import type { ResolvedRow } from './resolved-row'

/** A ControlNet that is there. */
export interface OpenControlNet {
  readonly net: ControlNet
  readonly session: LazySession
}

/** What ControlNets add to the rows of one call, [rows, …] each; nothing where no row asks for any. */
export type Control = (
  rows: readonly ResolvedRow[],
  options: CallOptions,
) => Promise<{ readonly residuals?: readonly Tensor[]; readonly calls: number; readonly ms: number }>

/** One picture that one row is led by. */
interface Entry {
  readonly row: ResolvedRow
  /** Of the row in its call. */
  readonly at: number
  readonly image: Pixels
  readonly strength: number
}

/**
 * Runs the ControlNets that rows ask for, each on those rows alone, and sums what they give by row and strength.
 *
 * @param most rows of a call at most
 */
export function controlOf(networks: ReadonlyMap<string, OpenControlNet>, most: number): Control {
  const pictures = new WeakMap<Pixels, Tensor>()
  const pictureOf = (image: Pixels): Tensor => {
    const known = pictures.get(image) ?? unitPixels(image)
    pictures.set(image, known)
    return known
  }

  return async (rows, options) => {
    const asked = rows.flatMap((row, at) => (row.row.control ?? []).map((one) => ({ ...one, row, at })))
    let sums: { readonly data: Float32Array; readonly shape: readonly number[] }[] | undefined
    let calls = 0
    let ms = 0
    for (const name of new Set(asked.map((one) => one.name))) {
      const open = networks.get(name)
      if (!open) throw new NegError('internal', `The model has no ControlNet '${name}'.`)
      const { net, session } = open
      const entries = asked.filter((one) => one.name === name && one.strength !== 0)
      for (const { row, image } of entries) check(net, name, row, image)
      for (const group of callsOf(entries, net, most)) {
        options.signal?.throwIfAborted()
        const feeds = net.feeds(
          group.map(({ row }) => row),
          group.map(({ image }) => pictureOf(image)),
        )
        const started = performance.now()
        const outputs = await session.run(feeds, options)
        ms += performance.now() - started
        calls++
        const given = net.residuals.map((info) => outputs[info.name])
        sums ??= given.map(({ data, shape: [count, ...shape] }) => ({
          data: new Float32Array((data.length / count) * rows.length),
          shape: [rows.length, ...shape],
        }))
        given.forEach((value, i) => add((sums ?? [])[i].data, toFloats(value), value.shape[0], group))
      }
    }
    return { ...(sums ? { residuals: sums.map(({ data, shape }) => tensor(data, shape)) } : {}), calls, ms }
  }
}

/** Entries that may share a call: of one timestep where the network takes one a call, and no more than it takes. */
function callsOf(entries: readonly Entry[], { batchedTimestep, fixedRows }: ControlNet, most: number): Entry[][] {
  const room = fixedRows || most
  const groups: Entry[][] = []
  for (const entry of entries) {
    const fits = (group: Entry[]) => group.length < room && (batchedTimestep || group[0].row.row.t === entry.row.row.t)
    const group = groups.find(fits)
    if (group) group.push(entry)
    else groups.push([entry])
  }
  return groups
}

/** sums[row] += strength · given[entry]. */
function add(sums: Float32Array, given: Float32Array, count: number, group: readonly Entry[]): void {
  const size = given.length / count
  group.forEach(({ at, strength }, i) => {
    const [to, from] = [at * size, i * size]
    for (let k = 0; k < size; k++) sums[to + k] += strength * given[from + k]
  })
}

/** @throws `size-invalid` for a text or a picture of another size than the export takes */
function check({ fixedTokens, fixedSize }: ControlNet, name: string, { embedding }: ResolvedRow, image: Pixels): void {
  const [tokens] = embedding.text.shape
  if (fixedTokens !== 0 && tokens !== fixedTokens) {
    throw new NegError(
      'size-invalid',
      `The ControlNet ${name} was exported for ${fixedTokens} tokens; this prompt has ${tokens}. Leave longPrompts out, or export it with a ` +
        'free token axis.',
      { where: 'longPrompts' },
    )
  }
  const [height, width] = fixedSize
  if ((height === 0 || height === image.height) && (width === 0 || width === image.width)) return
  throw new NegError(
    'size-invalid',
    `The ControlNet ${name} takes pictures of ${width || image.width} × ${height || image.height} pixels (width × height) only; it was given ` +
      `${image.width} × ${image.height}.`,
    { where: 'width' },
  )
}
