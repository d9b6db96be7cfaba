import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import { vpLevel } from '../prediction/level'
import type { Level } from '../prediction/prediction'
import { combine } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { atMostTrained, firstStep, readRequest, trainedTimesteps } from './schedule-request'
import type { Schedule, SchedulerPlugin } from './scheduler'
import { adamsBashforth } from './solving/adams-bashforth'
import { predictionOf } from './solving/guided'
import { modelScaledStart } from './solving/start'
import { roundHalfEven, spacedTimesteps, spacingShape } from './tables/timestep-spacing'
import { predictionShape, spaceOf, trainingShape } from './tables/training-config'
import { trainedLevel, trainingTable } from './tables/training-table'

const config = z.strictObject({
  ...trainingShape(),
  skip_prk_steps: z
    .boolean()
    .default(false)
    .describe('Start with one Heun-like step in place of three Runge–Kutta steps.'),
  set_alpha_to_one: z.boolean().default(false).describe('The last step ends at ᾱ = 1 rather than at the first ᾱ.'),
  ...predictionShape(['epsilon', 'v_prediction']),
  ...spacingShape('leading'),
})

/** Steps that start with four Runge–Kutta evaluations each, so that four predictions are in the history. */
const rungeKuttaSteps = 3
const rungeKuttaWeights = [1 / 6, 1 / 3, 1 / 3, 1 / 6]

/**
 * Pseudo linear multistep: predictions of the last four steps combined as Adams–Bashforth does, then one step of eq. 9:
 * x' = √(ᾱ'/ᾱ) x − (ᾱ' − ᾱ) e / (ᾱ √(1 − ᾱ') + √(ᾱ (1 − ᾱ) ᾱ')).
 */
export const pndm: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'PNDMScheduler',
  aliases: ['pndm', 'plms'],
  source: 'Liu et al. 2022, Pseudo numerical methods for diffusion models on manifolds, arXiv 2202.09778',
  config,
  create(config) {
    const trained = config.num_train_timesteps
    const table = trainingTable(config, false)
    const final = vpLevel(0, config.set_alpha_to_one ? 1 : table.alphasCumprod[0])
    const space = spaceOf[config.prediction_type]
    const levelOf = (t: number): Level => (t < 0 ? final : trainedLevel(table, t))

    function transfer(x: Tensor, prediction: Tensor, level: Level, next: Level): Tensor {
      const { alpha, sigma } = level
      const [a, b] = [alpha ** 2, next.alpha ** 2]
      const slope = (b - a) / (a * next.sigma + alpha * sigma * next.alpha)
      // a v is turned into an eps at the x and level that the step starts from, not at those it was predicted at
      return space === 'eps'
        ? combine([
            [x, next.alpha / alpha],
            [prediction, -slope],
          ])
        : combine([
            [x, next.alpha / alpha - slope * sigma],
            [prediction, -slope * alpha],
          ])
    }

    /** Timesteps of the calls of the full schedule, and each call's step and evaluation. */
    function fullCalls(steps: number): { t: number; step: number; evaluation: number }[] {
      const spaced = spacedTimesteps(config, trained, atMostTrained(steps, trained)).map(roundHalfEven)
      if (!config.skip_prk_steps) return rungeKuttaCalls(spaced, Math.floor(Math.floor(trained / steps) / 2))
      return spaced.flatMap((t, step) =>
        step === 1
          ? [
              { t, step: 0, evaluation: 1 },
              { t, step, evaluation: 0 },
            ]
          : [{ t, step, evaluation: 0 }],
      )
    }

    return {
      name: 'PNDMScheduler',
      config,
      parameterisation: { kind: 'vp', prediction: space },
      provides: new Set(),

      schedule(request) {
        const { steps } = readRequest('PNDMScheduler', request)
        const first = firstStep(steps, request.strength)
        if (!config.skip_prk_steps) refuseRungeKutta(steps, first)
        const full = fullCalls(steps)
        const timesteps = trainedTimesteps(
          full.map(({ t }) => t),
          trained,
        )
        const starts = full.filter(({ evaluation }) => evaluation === 0).map(({ t }) => trainedLevel(table, t))
        const last = timesteps[timesteps.length - 1] - Math.floor(trained / steps)
        const levels = [...starts, levelOf(last)]
        // diffusers slices its list of calls, which is one longer than the steps: a later start keeps the double first call
        const calls = full.slice(first).map(({ t, step, evaluation }, i) => ({
          ...(i < 2 && first > 0 ? { step: first, evaluation: i } : { step, evaluation }),
          level: trainedLevel(table, t),
        }))
        return { steps, first, levels, calls, timesteps }
      },

      start: modelScaledStart,

      *solve(x, schedule) {
        const stride = Math.floor(trained / schedule.steps)
        const history: Tensor[] = []
        const { calls } = schedule
        let call = 0

        if (!config.skip_prk_steps) {
          const half = Math.floor(stride / 2)
          for (let step = 0; step < rungeKuttaSteps; step++) {
            let base = x
            const level = calls[call].level
            const slopes: Tensor[] = []
            for (let evaluation = 0; evaluation < 4; evaluation++, call++) {
              const t = calls[call].level.t
              const evaluated = yield { call, x, next: endOfStep(schedule, step) }
              if (evaluation === 0) base = evaluated.x
              slopes.push(predictionOf(evaluated.guided, space))
              const slope =
                evaluation < 3 ? slopes[evaluation] : combine(slopes.map((s, i) => [s, rungeKuttaWeights[i]]))
              x = transfer(base, slope, level, levelOf(evaluation % 2 === 0 ? t - half : t))
            }
            history.push(slopes[0])
          }
        }

        let held = x
        const warmUp = config.skip_prk_steps
        for (let count = 0; call < calls.length; call++, count++) {
          const { level, step } = calls[call]
          const evaluated = yield { call, x, next: endOfStep(schedule, step) }
          const prediction = predictionOf(evaluated.guided, space)
          if (warmUp && count === 1) {
            const mean = combine([
              [prediction, 0.5],
              [history[0], 0.5],
            ])
            x = transfer(held, mean, levelOf(level.t + stride), level)
            continue
          }
          held = evaluated.x
          history.push(prediction)
          x = transfer(evaluated.x, adamsBashforth(history.slice(-4)), level, levelOf(level.t - stride))
        }
        return x
      },
    }
  },
}

const endOfStep = ({ levels }: Schedule, step: number): Level => levels[step + 1]

/** Four calls a step for the first steps (at t, twice at the middle, at the end), one for the rest. */
function rungeKuttaCalls(spaced: readonly number[], half: number): { t: number; step: number; evaluation: number }[] {
  return spaced.flatMap((t, step) =>
    (step < rungeKuttaSteps ? [t, spaced[step + 1] + half, spaced[step + 1] + half, spaced[step + 1]] : [t]).map(
      (at, evaluation) => ({ t: at, step, evaluation }),
    ),
  )
}

function refuseRungeKutta(steps: number, first: number): void {
  if (steps <= rungeKuttaSteps || first > 0) {
    throw new NegError(
      'schedule-invalid',
      `PNDM with Runge–Kutta start takes ${rungeKuttaSteps + 1} steps or more, from the first (no strength below 1); ` +
        'set skip_prk_steps to true.',
      { where: 'scheduler.config.skip_prk_steps' },
    )
  }
}
