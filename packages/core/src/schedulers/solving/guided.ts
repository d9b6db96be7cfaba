import { convert, type Guided, type Prediction, type Space } from '../../prediction/prediction'
import { combine, times } from '../../tensor/arithmetic'
import type { Tensor } from '../../tensor/tensor'
import type { Evaluated, Transition } from '../scheduler'

const isSplit = (guided: Guided): guided is Exclude<Guided, Prediction> => 'x0' in guided

/** The clean image that a step is taken towards. */
export const cleanOf = (guided: Guided): Tensor => convert(isSplit(guided) ? guided.x0 : guided, 'x0').value

/** The noise direction that a step re-noises along. */
export const noiseOf = (guided: Guided): Tensor => convert(isSplit(guided) ? guided.noise : guided, 'eps').value

/** The prediction in a space, for solvers that keep a history of one quantity; a split gives its clean image. */
export const predictionOf = (guided: Guided, space: Space): Tensor =>
  convert(isSplit(guided) ? guided.x0 : guided, space).value

/** Whether x0 and the noise direction come apart. */
export const splits = (guided: Guided): boolean => isSplit(guided)

/** The solver's own x after an evaluation: the very one it holds, unless what it sent was changed. */
export const settled = (own: Tensor, sent: Tensor, { x }: Evaluated, scale: number): Tensor =>
  x === sent ? own : times(scale, x)

/** x_next = clean·x0 + noise·n + fresh·z, z standard normal. */
export interface Renoise {
  readonly clean: number
  readonly noise: number
  readonly fresh: number
}

/** clean·x0 + noise·n + fresh·z; draws z only where fresh is not 0. */
export function renoised(x0: Tensor, n: Tensor, { clean, noise, fresh }: Renoise, normal: () => Tensor): Tensor {
  const terms: [Tensor, number][] = [
    [x0, clean],
    [n, noise],
  ]
  if (fresh !== 0) terms.push([normal(), fresh])
  return combine(terms)
}

/** The transition of `renoised` for x in the model's scaling, which is `scale` times the solver's. */
export const renoiseTransition =
  ({ clean, noise, fresh }: Renoise, scale: number, adjust: (x0: Tensor) => Tensor = (x0) => x0): Transition =>
  (p) => ({
    mean: combine([
      [adjust(cleanOf(p)), clean * scale],
      [noiseOf(p), noise * scale],
    ]),
    variance: (fresh * scale) ** 2,
  })
