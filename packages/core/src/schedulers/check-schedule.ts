import { NegError } from '../errors/neg-error'
import { conversion } from '../prediction/prediction'
import type { Schedule, Scheduler } from './scheduler'

/**
 * Refuses, before any network runs, a schedule with a call at which the network's prediction says nothing about the clean
 * image or the noise: eps at zero terminal SNR.
 * @throws `conversion-undefined`
 */
export function checkSchedule({ name, parameterisation }: Scheduler, schedule: Schedule): void {
  if (parameterisation.kind === 'edm') return
  for (const { step, level } of schedule.calls) {
    const undefinedSpace = (['x0', 'eps'] as const).find((space) =>
      conversion(parameterisation.prediction, space, level).some((factor) => !Number.isFinite(factor)),
    )
    if (undefinedSpace) {
      throw new NegError(
        'conversion-undefined',
        `At step ${step} (timestep ${level.t}, α = ${level.alpha}, σ = ${level.sigma}) ${name} needs ${undefinedSpace}, of which ` +
          `a network that predicts ${parameterisation.prediction} says nothing there: the terminal signal-to-noise ratio is zero. ` +
          'Use a model that predicts v, turn rescale_betas_zero_snr off, or start later.',
        { where: 'scheduler.config' },
      )
    }
  }
}
