import * as z from 'zod'
import { NegError } from '../../errors/neg-error'

export const distilledShape = {
  original_inference_steps: z.int().min(1).default(50).describe('Steps of the schedule that the distillation used.'),
}

/**
 * `steps` of the timesteps that a consistency distillation used, k − 1, 2k − 1, … with k = T/original, evenly from the
 * last (Luo et al. 2023, section 4.3).
 * @throws `schedule-invalid` where there are fewer
 */
export function distilledTimesteps(trained: number, original: number, steps: number): number[] {
  if (steps > original) {
    throw new NegError(
      'schedule-invalid',
      `${steps} steps were asked for; the distillation had ${original} (original_inference_steps).`,
      { where: 'steps' },
    )
  }
  const k = Math.floor(trained / original)
  return Array.from({ length: steps }, (_, i) => (original - Math.floor((i * original) / steps)) * k - 1)
}

/** @throws `scheduler-option-invalid` where the distillation has more steps than the training */
export function checkDistilled(trained: number, original: number): void {
  if (original <= trained) return
  throw new NegError(
    'scheduler-option-invalid',
    `original_inference_steps is ${original}; the training schedule has ${trained} (num_train_timesteps).`,
    { where: 'scheduler.config.original_inference_steps' },
  )
}
