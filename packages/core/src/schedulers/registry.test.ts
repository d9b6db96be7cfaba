import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import type { SchedulerSpec } from '../model/parameterisation'
import { schedulers } from './built-in'
import { checkSchedule } from './check-schedule'
import { createScheduler, findScheduler, schedulerFrom } from './registry'
import type { Scheduler, SchedulerPlugin } from './scheduler'
import { schedulerNames } from './scheduler-names'

const folder = (path: string): SchedulerSpec => {
  const config = JSON.parse(readFileSync(new URL(`../../../../${path}/scheduler_config.json`, import.meta.url), 'utf8'))
  return { name: config._class_name, config }
}
const portraits = folder('packages/portraits/model/scheduler')
const request = { steps: 4, latentShape: [4, 8, 8] }
const euler = (config = {}) => createScheduler({ name: 'EulerDiscreteScheduler', config }, portraits)

const refused = (action: () => unknown): { code: string; message: string } => {
  try {
    action()
  } catch (error) {
    if (NegError.isInstance(error)) return { code: error.code, message: error.message }
    throw error
  }
  return { code: 'accepted', message: '' }
}

describe('findScheduler', () => {
  it('knows the names that editors complete, each the first of its scheduler', () => {
    expect([...schedulerNames]).toEqual(schedulers.map(({ aliases }) => aliases[0]))
  })

  it('finds every scheduler by class name, with or without `Scheduler`, and by alias, in any case', () => {
    for (const entry of schedulers) {
      const names = [entry.name, entry.name.replace('Scheduler', ''), entry.name.toUpperCase(), ...entry.aliases]
      for (const name of names) expect(findScheduler(name).name).toBe(entry.name)
    }
    expect(findScheduler('Euler a').name).toBe('EulerAncestralDiscreteScheduler')
    expect(findScheduler('DPM++ 2M').name).toBe('DPMSolverMultistepScheduler')
  })

  it('has no name for two schedulers', () => {
    const names = schedulers.flatMap(({ name, aliases }) => [name, ...aliases]).map((n) => n.toLowerCase())
    expect(new Set(names).size).toBe(names.length)
  })

  it('refuses an unknown name with the list of those there are', () => {
    const { code, message } = refused(() => findScheduler('eular'))
    expect(code).toBe('scheduler-unknown')
    for (const { name } of schedulers) expect(message).toContain(name)
  })
})

describe('createScheduler', () => {
  it('says that it is the model who names an unknown scheduler', () => {
    const model = { name: 'FancyScheduler', config: {} }
    const { code, message } = refused(() => createScheduler({ name: 'FancyScheduler', config: {} }, model))
    expect(`${code} ${message}`).toMatch(
      /^scheduler-unknown The model's scheduler_config\.json .*choose another.*euler/,
    )
    expect(createScheduler({ name: 'euler', config: {} }, model).name).toBe('EulerDiscreteScheduler')
  })

  it('carries the model’s keys over to another class, as diffusers’ from_config', () => {
    expect(euler().config).toMatchObject({
      beta_schedule: 'scaled_linear',
      timestep_spacing: 'leading',
      steps_offset: 1,
    })
    expect(euler().schedule({ steps: 4, latentShape: [4, 8, 8] }).timesteps).toEqual([751, 501, 251, 1])
  })

  it('has the training defaults of diffusers’ class, where the model says nothing', () => {
    const sd = ['HeunDiscrete', 'KDPM2Discrete', 'KDPM2AncestralDiscrete', 'LCM', 'TCD']
    for (const { name } of schedulers.filter(({ name }) => !/^(EDM|FlowMatch|IPNDM)/.test(name))) {
      const short = name.replace('Scheduler', '')
      const { config } = createScheduler({ name, config: {} })
      const [beta_start, beta_end] = sd.includes(short) ? [0.00085, 0.012] : [0.0001, 0.02]
      const beta_schedule = /^(LCM|TCD)$/.test(short) ? 'scaled_linear' : 'linear'
      expect([name, config]).toMatchObject([name, { num_train_timesteps: 1000, beta_start, beta_end, beta_schedule }])
    }
  })

  it('lets the user’s keys win, and fills in the class’s defaults', () => {
    expect(euler({ timestep_spacing: 'trailing' }).config).toMatchObject({
      timestep_spacing: 'trailing',
      final_sigmas_type: 'zero',
    })
  })

  it('passes over the model’s keys of other classes, its defaults and nulls', () => {
    const config = {
      ...portraits.config,
      skip_prk_steps: true,
      lambda_min_clipped: '-Infinity',
      final_sigmas_type: null,
      solver_order: 3,
      _use_default_values: ['solver_order'],
    }
    const made = createScheduler({ name: 'dpm++2m', config: {} }, { ...portraits, config })
    expect(made.config).toMatchObject({ solver_order: 2, lambda_min_clipped: null, final_sigmas_type: 'zero' })
    expect(made.config).not.toHaveProperty('skip_prk_steps')
  })

  it('takes every key of diffusers’ class, also those that its code does not read', () => {
    const start = ({ name, config }: SchedulerSpec) => createScheduler({ name, config }).schedule(request).levels
    for (const [name, config] of [
      ['LCMScheduler', { timestep_spacing: 'trailing', steps_offset: 1, set_alpha_to_one: false }],
      ['TCDScheduler', { clip_sample: true, thresholding: true, timestep_scaling: 5, steps_offset: 1 }],
      ['IPNDMScheduler', { num_train_timesteps: 500 }],
      ['EDMEulerScheduler', { num_train_timesteps: 500 }],
      ['FlowMatchEulerDiscreteScheduler', { s_churn: 0, s_noise: 1 }],
    ] as const) {
      expect(start({ name, config })).toEqual(start({ name, config: {} }))
    }
    const { code, message } = refused(() => createScheduler({ name: 'flow-euler', config: { s_churn: 2 } }))
    expect(`${code} ${message}`).toMatch(/scheduler-option-invalid .*s_churn/)
  })

  it('refuses the user’s unknown key with the list of those there are', () => {
    const { code, message } = refused(() => euler({ skip_prk_steps: true }))
    expect(code).toBe('scheduler-option-unknown')
    expect(message).toContain('skip_prk_steps')
    expect(message).toContain('use_karras_sigmas')
  })

  it.each([
    [{ use_karras_sigmas: 'yes' }, 'use_karras_sigmas'],
    [{ timestep_spacing: 'even' }, 'timestep_spacing'],
    [{ beta_start: 2 }, 'beta_start'],
    [{ use_karras_sigmas: true, use_beta_sigmas: true }, 'use_karras_sigmas'],
    [{ num_train_timesteps: 0 }, 'num_train_timesteps'],
  ])('refuses the bad value %j and says which', (config, key) => {
    const { code, message } = refused(() => euler(config))
    expect(code).toBe('scheduler-option-invalid')
    expect(message).toContain(key)
  })

  it.each([
    ['DPMSolverMultistepScheduler', { algorithm_type: 'dpmsolver' }, 'final_sigmas_type'],
    [
      'DPMSolverMultistepScheduler',
      { algorithm_type: 'sde-dpmsolver', final_sigmas_type: 'sigma_min', solver_order: 3 },
      'third order',
    ],
    ['DPMSolverMultistepScheduler', { prediction_type: 'flow_prediction' }, 'use_flow_sigmas'],
    ['DPMSolverMultistepScheduler', { use_lu_lambdas: true, use_karras_sigmas: true }, 'use_lu_lambdas'],
    ['UniPCMultistepScheduler', { shift_terminal: 0.1 }, 'use_flow_sigmas'],
    ['UniPCMultistepScheduler', { mu: 1 }, 'use_dynamic_shifting'],
    ['UniPCMultistepScheduler', { lower_order_final: false }, 'lower_order_final'],
    ['FlowMatchEulerDiscreteScheduler', { invert_sigmas: true }, 'invert_sigmas'],
    ['LCMScheduler', { num_train_timesteps: 40 }, 'original_inference_steps'],
    ['DDPMScheduler', { variance_type: 'learned' }, 'variance_type'],
    ['PNDMScheduler', { prediction_type: 'sample' }, 'prediction_type'],
  ])('%s refuses %j: it could not be carried out', (name, config, word) => {
    const { code, message } = refused(() => createScheduler({ name, config }))
    expect(code).toBe('scheduler-option-invalid')
    expect(message).toContain(word)
  })

  it('refuses a scheduler that the model cannot follow', () => {
    for (const name of ['FlowMatchEulerDiscrete', 'EDMEuler', 'IPNDM']) {
      const { code, message } = refused(() => createScheduler({ name, config: {} }, portraits))
      expect(code).toBe('scheduler-mismatch')
      expect(message).toContain('PNDMScheduler')
    }
    const flow = { name: 'FlowMatchEulerDiscreteScheduler', config: { shift: 3 } }
    expect(refused(() => createScheduler({ name: 'euler', config: {} }, flow)).code).toBe('scheduler-mismatch')
    const asFlow = { use_flow_sigmas: true, prediction_type: 'flow_prediction', flow_shift: 3 }
    expect(createScheduler({ name: 'dpm++2m', config: asFlow }, flow).parameterisation.kind).toBe('flow')
  })

  it('takes every scheduler of the model’s kind', () => {
    const others = /^(EDM|FlowMatch|IPNDM)/
    for (const { name } of schedulers.filter((entry) => !others.test(entry.name))) {
      const scheduler = createScheduler({ name, config: {} }, portraits)
      expect(scheduler.parameterisation).toEqual({ kind: 'vp', prediction: 'eps' })
    }
  })

  it('follows the prediction type of the model', () => {
    const model = folder('fixtures/layouts/tiny-sd2-v/scheduler')
    expect(createScheduler({ name: 'euler', config: {} }, model).parameterisation.prediction).toBe('v')
  })

  it('follows every prediction type that diffusers’ class has', () => {
    const spaces = { epsilon: 'eps', sample: 'x0', v_prediction: 'v' }
    for (const { name } of schedulers.filter(({ name }) => !/^(EDM|FlowMatch|IPNDM)/.test(name))) {
      for (const [prediction_type, space] of Object.entries(spaces)) {
        if (prediction_type === 'sample' && /^(PNDM|EulerAncestral|KDPM2)/.test(name)) continue
        const { parameterisation } = createScheduler({ name, config: { prediction_type } })
        expect([name, parameterisation]).toEqual([name, { kind: 'vp', prediction: space }])
      }
    }
  })

  it('has no solver of an order that diffusers’ class lacks', () => {
    const orders = schedulers.filter(({ options }) => options.some(({ name }) => name === 'solver_order'))
    expect(orders.length).toBeGreaterThan(3)
    for (const { name } of orders) {
      for (const solver_order of [0, 1.5, name === 'UniPCMultistepScheduler' ? 10 : 4]) {
        const { code } = refused(() => createScheduler({ name, config: { solver_order } }))
        expect([name, solver_order, code]).toEqual([name, solver_order, 'scheduler-option-invalid'])
      }
    }
  })

  it('walks timesteps and σs of the user’s where it says that it does, else refuses them by its name', () => {
    const neither = /^(PNDM|IPNDM|EDM|FlowMatchHeun)/
    const both = /^(Euler|Heun|KDPM2|LMS|FlowMatchEuler)/
    for (const entry of schedulers) {
      const { name } = entry
      const walk = (given: { timesteps?: number[]; sigmas?: number[] }) =>
        refused(() => entry.create({}).schedule({ ...given, latentShape: [4, 8, 8] }))
      const [timesteps, sigmas] = [walk({ timesteps: [900, 500, 1] }), walk({ sigmas: [0.9, 0.5, 0.1] })]
      const expected = neither.test(name) ? [false, false] : [true, both.test(name)]
      expect([name, timesteps.code === 'accepted', sigmas.code === 'accepted']).toEqual([name, ...expected])
      for (const { code, message } of [timesteps, sigmas].filter(({ code }) => code !== 'accepted')) {
        expect([code, message]).toEqual(['schedule-invalid', expect.stringContaining(name)])
      }
    }
  })

  it('tells a network of continuous time ln σ / 4', () => {
    const config = { timestep_type: 'continuous', prediction_type: 'v_prediction' }
    const { sigmas = [], timesteps } = createScheduler({ name: 'EulerDiscreteScheduler', config }).schedule(request)
    expect(timesteps).toHaveLength(4)
    expect(timesteps).toEqual(sigmas.slice(0, 4).map((sigma) => Math.log(sigma) / 4))
  })

  it('takes somebody else’s plug-in without a registry', () => {
    const own: SchedulerPlugin<{ pace: number }> = {
      name: 'Own',
      aliases: [],
      source: 'here',
      config: z.strictObject({ pace: z.number().default(2) }),
      create: (config) => ({ ...euler(), name: 'Own', config }) as Scheduler,
    }
    expect(schedulerFrom(own).config).toEqual({ pace: 2 })
    expect(refused(() => schedulerFrom(own, { speed: 1 })).code).toBe('scheduler-option-unknown')
    expect(refused(() => schedulerFrom(own, { pace: 'fast' })).code).toBe('scheduler-option-invalid')
  })

  it('describes every option with a default, for flags and forms', () => {
    for (const { options } of schedulers) {
      for (const { name, schema } of options) expect(schema, name).toHaveProperty('default')
    }
  })
})

describe('checkSchedule', () => {
  const zeroSnr = (name: string, prediction_type: string) => {
    const config = { rescale_betas_zero_snr: true, timestep_spacing: 'trailing', prediction_type }
    const scheduler = createScheduler({ name, config })
    return { scheduler, schedule: scheduler.schedule({ steps: 5, latentShape: [4, 8, 8] }) }
  }

  it('refuses eps at zero terminal SNR before any network runs', () => {
    const { scheduler, schedule } = zeroSnr('DDIMScheduler', 'epsilon')
    const { code, message } = refused(() => checkSchedule(scheduler, schedule))
    expect(code).toBe('conversion-undefined')
    expect(message).toContain('DDIMScheduler')
  })

  it('lets v, and a later start, through', () => {
    const v = zeroSnr('DDIMScheduler', 'v_prediction')
    expect(refused(() => checkSchedule(v.scheduler, v.schedule)).code).toBe('accepted')
    const { scheduler } = zeroSnr('DDIMScheduler', 'epsilon')
    const later = scheduler.schedule({ steps: 5, strength: 0.7, latentShape: [4, 8, 8] })
    expect(refused(() => checkSchedule(scheduler, later)).code).toBe('accepted')
  })

  it('lets every scheduler’s own schedule through', () => {
    for (const entry of schedulers) {
      const scheduler = entry.create({})
      const schedule = scheduler.schedule({ steps: 6, latentShape: [4, 8, 8] })
      expect(refused(() => checkSchedule(scheduler, schedule)).code).toBe('accepted')
    }
  })
})
