import * as z from 'zod'
import { NegError } from '../../errors/neg-error'

export const spacings = ['linspace', 'leading', 'trailing'] as const
export type Spacing = (typeof spacings)[number]

export const spacingShape = (timestep_spacing: Spacing) => ({
  timestep_spacing: z
    .enum(spacings)
    .default(timestep_spacing)
    .describe('How the timesteps are spread (Lin et al. 2023, table 2).'),
  steps_offset: z.int().min(0).default(0).describe('Added to every timestep where timestep_spacing is `leading`.'),
})

interface Spread {
  readonly timestep_spacing: Spacing
  readonly steps_offset: number
}

/** numpy's `round`: halves go to the even neighbour. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x)
  const rest = x - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor
}

/**
 * `count` numbers from `start` to `end`, both included; [start] for one. Rounded as numpy's `linspace` is: a multiple of
 * the step, so that 15 steps of 33.3 stay just below 499.5.
 */
export function linspace(start: number, end: number, count: number): number[] {
  const step = (end - start) / (count - 1)
  return Array.from({ length: count }, (_, i) => (i > 0 && i === count - 1 ? end : start + (i === 0 ? 0 : i * step)))
}

/** `steps` timesteps, descending from T − 1; `linspace` not rounded. */
export function spacedTimesteps({ timestep_spacing, steps_offset }: Spread, trained: number, steps: number): number[] {
  switch (timestep_spacing) {
    case 'linspace':
      return linspace(0, trained - 1, steps).reverse()
    case 'leading':
      return leading(trained, steps, steps, steps_offset)
    case 'trailing':
      return trailing(trained, trained, steps)
  }
}

/**
 * The first `steps` of `steps + 1` timesteps from `last` − 1 down, rounded: the spacing of the multistep solvers in λ,
 * whose final step ends at an extra level.
 */
export function openTimesteps(
  { timestep_spacing, steps_offset }: Spread,
  trained: number,
  steps: number,
  last = trained,
): number[] {
  switch (timestep_spacing) {
    case 'linspace':
      return linspace(0, last - 1, steps + 1)
        .map(roundHalfEven)
        .reverse()
        .slice(0, -1)
    case 'leading':
      return leading(last, steps + 1, steps + 1, steps_offset).slice(0, -1)
    case 'trailing':
      return trailing(last, trained, steps)
  }
}

/** The same upwards: the last `steps` of them, whose final step ends at `last` − 1 (`linspace`). */
export function risingTimesteps(
  { timestep_spacing, steps_offset }: Spread,
  trained: number,
  steps: number,
  last: number,
): number[] {
  switch (timestep_spacing) {
    case 'linspace':
      return linspace(0, last - 1, steps + 1)
        .map(roundHalfEven)
        .slice(0, -1)
    case 'leading':
      return leading(last, steps + 1, steps + 1, steps_offset)
        .reverse()
        .slice(0, -1)
    case 'trailing':
      return trailing(last, trained, steps).reverse()
  }
}

function leading(trained: number, steps: number, count: number, offset: number): number[] {
  const ratio = Math.floor(trained / steps)
  if (ratio < 1) {
    throw new NegError(
      'schedule-invalid',
      `timestep_spacing \`leading\` over ${trained} training timesteps has room for ${trained} timesteps; ` +
        `${steps} were asked for. Take fewer steps.`,
      { where: 'steps' },
    )
  }
  return Array.from({ length: count }, (_, i) => (count - 1 - i) * ratio + offset)
}

/**
 * From `from` down in strides of T/steps, rounded as numpy's `arange` is: in multiples of what its first stride comes to.
 * It may add a value below 0 by rounding, which is no timestep.
 */
function trailing(from: number, trained: number, steps: number): number[] {
  const stride = from - trained / steps - from
  return Array.from({ length: steps }, (_, i) => roundHalfEven(from + i * stride) - 1).filter((t) => t >= 0)
}
