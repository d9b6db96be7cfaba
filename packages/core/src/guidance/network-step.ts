import { conversion, type Level, type Prediction } from '../prediction/prediction'
import type { GuidanceStep } from './step'

/** The step with predictions in the network's own space. Its memory is another one. */
export const networkStep = <R extends string>(step: GuidanceStep<R>): GuidanceStep<R> => step.scope('network', 'any')

/** Whether eps is the same whatever the picture: x is nothing but noise. */
export const saysNothing = ({ alpha }: Level): boolean => alpha === 0

/**
 * What a difference of two predictions in this space is multiplied by to be one in eps: predictions of the same x differ by
 * a multiple of the same tensor in every space. 0 at pure noise.
 */
export const epsFactor = ({ space, level }: Prediction): number => conversion(space, 'eps', level)[1]
