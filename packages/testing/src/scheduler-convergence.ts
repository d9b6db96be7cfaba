import type { Json } from '@neg/core'
import type { SchedulerEntry } from '@neg/core/schedulers'
import { evenBetas, type GaussianData, gaussianError } from './scheduler-gaussian'

/** Training steps of the schedule on which orders are measured: divisible by the step counts. */
const trained = 3840
/** Close enough to the noise at the start that a start of pure noise would do, far enough from it to bend the path. */
export const convergenceData: GaussianData = { mean: 0.4, deviation: 0.6 }

/**
 * A configuration under which a scheduler's order shows: an even training schedule, no clipping, an end at the schedule's
 * own least noise where it can be chosen. Options that the scheduler does not have are left out.
 */
export function convergenceConfig({ options }: SchedulerEntry): { [key: string]: Json } {
  const known = new Set(options.map(({ name }) => name))
  const even = known.has('beta_schedule')
  const wanted: { [key: string]: Json } = {
    ...(even ? { num_train_timesteps: trained, trained_betas: evenBetas(trained) } : {}),
    clip_sample: false,
    set_alpha_to_one: false,
    skip_prk_steps: true,
    final_sigmas_type: 'sigma_min',
    original_inference_steps: trained / 2,
  }
  return Object.fromEntries(Object.entries(wanted).filter(([key]) => known.has(key)))
}

/** Errors in distribution on Gaussian data, one a step count. */
export function convergence(
  entry: SchedulerEntry,
  config: { readonly [key: string]: Json },
  stepCounts: readonly number[],
  data = convergenceData,
): number[] {
  const scheduler = entry.create({ ...convergenceConfig(entry), ...config })
  return stepCounts.map((steps) =>
    gaussianError(scheduler, scheduler.schedule({ steps, latentShape: [1, 1, 1] }), data),
  )
}
