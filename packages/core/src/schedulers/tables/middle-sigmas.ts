import { ratioLevel } from '../../prediction/level'
import type { Schedule } from '../scheduler'
import { float32TimestepOf } from './interpolate'
import { pairedSchedule } from './schedules'
import { type SigmaTable, tableLevels } from './sigma-table'

const { fround } = Math

/**
 * A schedule whose steps, but the last, are evaluated a second time half way: √(σ end), between a step's σ and the σ it is taken to. In
 * float32 throughout, as in diffusers: with an ancestral end, σ'²/σ, it is σ' itself but for rounding, and the timestep
 * near 0 is nothing but that rounding.
 */
export function middleSchedule(
  table: SigmaTable,
  trained: readonly number[],
  strength: number | undefined,
  end: (sigma: number, next: number) => number,
): Schedule {
  const { sigmas } = table
  const middles = sigmas.slice(0, -2).map((wide, i) => {
    const [sigma, next] = [fround(wide), fround(sigmas[i + 1])]
    const [log, logEnd] = [fround(Math.log(sigma)), fround(Math.log(end(sigma, next)))]
    const middle = fround(Math.exp(fround(logEnd - fround(fround(logEnd - log) * 0.5))))
    return ratioLevel(float32TimestepOf(middle, trained), middle)
  })
  const repeated = [sigmas[0], ...sigmas.slice(1).flatMap((s) => [s, s]), sigmas[sigmas.length - 1]]
  return pairedSchedule(tableLevels(table), middles, strength, repeated)
}

/** σ_down of an ancestral step, in float32; where that rounds to nothing or below, exactly. */
export function float32Down(sigma: number, next: number): number {
  const [a, b] = [fround(sigma * sigma), fround(next * next)]
  const up = fround(Math.sqrt(fround(fround(b * fround(a - b)) / a)))
  const left = fround(b - fround(up * up))
  return left > 0 ? fround(Math.sqrt(left)) : fround(b / sigma)
}
