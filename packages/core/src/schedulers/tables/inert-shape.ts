import * as z from 'zod'
import { clipShape, thresholdShape } from '../solving/adjust-clean'
import { spacingShape } from './timestep-spacing'

const note = 'A key of diffusers’ class that its code does not read: taken, so that whole configurations carry over.'

/** Keys that diffusers gives to a class and whose value changes nothing in it. */
const inert = <S extends Readonly<Record<string, z.ZodType>>>(shape: S): S =>
  Object.fromEntries(Object.entries(shape).map(([key, type]) => [key, type.describe(note)])) as unknown as S

/** LCM and TCD have timesteps of their distillation and end at timestep 0 or α = 1. */
export const inertDistilledShape = inert({
  set_alpha_to_one: z.boolean().default(true),
  ...spacingShape('leading'),
})

/** TCD adjusts no x0. */
export const inertAdjustmentShape = inert({
  ...clipShape(false),
  ...thresholdShape,
  timestep_scaling: z.number().gt(0).default(10),
})

/** iPNDM and EDM know no training timesteps. */
export const inertTrainingShape = inert({ num_train_timesteps: z.int().min(1).max(100_000).default(1000) })

/** Arguments of the `step` of flow-match Euler, which adds no noise. */
export const inertChurnShape = {
  s_churn: z
    .literal(0)
    .default(0)
    .describe('diffusers takes it here and adds no noise; choose FlowMatchHeun for that.'),
  s_tmin: z.literal(0).default(0).describe('See s_churn.'),
  s_tmax: z.null().default(null).describe('See s_churn.'),
  s_noise: z.literal(1).default(1).describe('See s_churn.'),
}
