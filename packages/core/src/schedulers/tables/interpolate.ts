import { float32Log } from './float32-log'

/** The value of a table at a fractional index, linear between entries, level outside (`numpy.interp`). */
export function interpolate(table: readonly number[], index: number): number {
  if (index <= 0) return table[0]
  if (index >= table.length - 1) return table[table.length - 1]
  const low = Math.floor(index)
  return table[low] + (index - low) * (table[low + 1] - table[low])
}

/**
 * The fractional timestep of a σ: linear in ln σ between the entries of an ascending table, clipped to its ends. The
 * logarithms of the table are float32 as in diffusers: solvers that cut the fraction off see it at the table's own σs.
 */
export function timestepOf(sigma: number, table: readonly number[]): number {
  const log = Math.log(Math.max(sigma, 1e-10))
  const logAt = (i: number): number => float32Log(table[i])
  let low = 0
  while (low < table.length - 2 && logAt(low + 1) <= log) low++
  const [below, above] = [logAt(low), logAt(low + 1)]
  const share = Math.min(Math.max((below - log) / Math.fround(below - above), 0), 1)
  return (1 - share) * low + share * (low + 1)
}

/** The same with every operation in float32, as where diffusers asks for a tensor's σ. */
export function float32TimestepOf(sigma: number, table: readonly number[]): number {
  const { fround } = Math
  const log = float32Log(Math.max(sigma, fround(1e-10)))
  const logAt = (i: number): number => float32Log(table[i])
  let low = 0
  while (low < table.length - 2 && logAt(low + 1) <= log) low++
  const share = fround(fround(logAt(low) - log) / fround(logAt(low) - logAt(low + 1)))
  const within = Math.min(Math.max(share, 0), 1)
  return fround(fround(fround(1 - within) * low) + fround(within * (low + 1)))
}
