import { NegError } from '@neg/core'
import { convert, defineScheduler, vpLevel } from '@neg/core/schedulers'
import { combine } from '@neg/core/tensor'
import * as z from 'zod'

/**
 * DDIM without noise, x' = α' x0 + σ' ε, on timesteps t = (T − 1) uᵖ with u falling evenly from 1: closer together towards the end,
 * where detail is made, for p above 1.
 */
export const powerDdim = defineScheduler({
  name: 'PowerDDIMScheduler',
  version: '1',
  aliases: ['power-ddim'],
  source: 'Song et al. 2021 (arXiv 2010.02502), with timesteps of this example’s own',
  config: z.strictObject({
    num_train_timesteps: z.number().int().min(2).default(1000),
    beta_start: z.number().positive().default(0.00085),
    beta_end: z.number().positive().default(0.012),
    prediction_type: z.enum(['epsilon', 'v_prediction']).default('epsilon'),
    power: z
      .number()
      .min(1)
      .default(1.2)
      .describe('p: 1 spaces timesteps evenly, more puts them closer towards the end'),
  }),
  create(config) {
    const { num_train_timesteps: trained, beta_start: from, beta_end: to, power } = config
    const alphaBars: number[] = []
    for (let t = 0, product = 1; t < trained; t++) {
      const root = Math.sqrt(from) + ((Math.sqrt(to) - Math.sqrt(from)) * t) / (trained - 1)
      product *= 1 - root ** 2
      alphaBars.push(product)
    }
    return {
      name: 'PowerDDIMScheduler',
      config,
      parameterisation: { kind: 'vp', prediction: config.prediction_type === 'epsilon' ? 'eps' : 'v' },
      provides: new Set(['scheduler.split']),
      schedule({ steps, timesteps, sigmas, strength = 1 }) {
        if (steps === undefined || timesteps || sigmas || !Number.isInteger(steps) || steps < 1) {
          throw new NegError('schedule-invalid', 'PowerDDIMScheduler takes a whole number of steps, from 1.')
        }
        const first = steps - Math.floor(steps * strength)
        if (first === steps) throw new NegError('schedule-invalid', `Strength ${strength} runs no step: raise it.`)
        const starts = Array.from({ length: steps }, (_, i) => Math.round((trained - 1) * (1 - i / steps) ** power))
        const levels = [...starts.map((t) => vpLevel(t, alphaBars[t])), vpLevel(0, 1)]
        const calls = starts.map((_, step) => ({ step, evaluation: 0, level: levels[step] }))
        return { steps, first, levels, calls: calls.slice(first), timesteps: starts }
      },
      start: (normal, { calls: [{ level }] }, image) =>
        image
          ? combine([
              [image, level.alpha],
              [normal, level.sigma],
            ])
          : normal,
      *solve(x, { calls, levels }) {
        for (const [call, { step }] of calls.entries()) {
          const next = levels[step + 1]
          const { guided } = yield { call, x, next }
          const [clean, noise] = 'x0' in guided ? [guided.x0, guided.noise] : [guided, guided]
          x = combine([
            [convert(clean, 'x0').value, next.alpha],
            [convert(noise, 'eps').value, next.sigma],
          ])
        }
        return x
      },
    }
  },
})
