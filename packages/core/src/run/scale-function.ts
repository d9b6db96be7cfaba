import { NegError } from '../errors/neg-error'
import type { Scalar } from '../recipe/scalar'

/** A function of progress as a step curve with its value at every step: exactly what the run used, as JSON. */
export function tabulateScale(scale: (progress: number) => number, steps: number): Scalar {
  const points = Array.from({ length: steps }, (_, step): [number, number] => {
    const value = scale(step / steps)
    if (!Number.isFinite(value)) {
      throw new NegError(
        'recipe-invalid',
        `scale: the function gave ${value} at progress ${step / steps}; expected a number.`,
        {
          where: 'scale',
        },
      )
    }
    return [step / steps, value]
  })
  return { curve: 'step', points }
}
