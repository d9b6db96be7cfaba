import type { Json } from '@neg/core'
import { schedulers } from '@neg/core/schedulers'
import { describe, expect, it } from 'vitest'
import { schedulerLaws } from './scheduler-laws'

/** The order each shows in distribution, and configurations beside its defaults that are solvers of their own. */
const shown: { [name: string]: [config: { [key: string]: Json }, order: number | null][] } = {
  PNDMScheduler: [
    [{ skip_prk_steps: true }, 2],
    [{ skip_prk_steps: false }, 2],
  ],
  DDIMScheduler: [
    [{}, 1],
    [{ eta: 1 }, 1],
  ],
  EulerDiscreteScheduler: [[{}, 1]],
  EulerAncestralDiscreteScheduler: [[{}, 1]],
  DPMSolverMultistepScheduler: [
    [{ solver_order: 1 }, 1],
    [{}, 2],
    [{ solver_type: 'heun' }, 2],
    [{ solver_order: 3 }, 2],
    [{ algorithm_type: 'dpmsolver', final_sigmas_type: 'sigma_min' }, 2],
    [{ algorithm_type: 'dpmsolver', solver_order: 3, final_sigmas_type: 'sigma_min' }, 2],
    [{ algorithm_type: 'sde-dpmsolver++' }, 2],
  ],
  DDPMScheduler: [[{}, 1]],
  HeunDiscreteScheduler: [[{}, 2]],
  KDPM2DiscreteScheduler: [[{}, 2]],
  KDPM2AncestralDiscreteScheduler: [[{}, 2]],
  LMSDiscreteScheduler: [
    [{}, 3],
    [{ order: 2 }, 2],
  ],
  DPMSolverSinglestepScheduler: [
    [{ solver_order: 1 }, 1],
    [{}, 2],
    [{ solver_order: 3 }, 3],
  ],
  DEISMultistepScheduler: [
    [{}, 2],
    [{ solver_order: 3 }, 3],
  ],
  UniPCMultistepScheduler: [
    [{ solver_order: 1 }, 2],
    [{}, 3],
    [{ solver_type: 'bh1' }, 3],
  ],
  SASolverScheduler: [[{}, 2]],
  IPNDMScheduler: [[{}, 1]],
  LCMScheduler: [[{}, null]],
  TCDScheduler: [
    [{}, null],
    [{ eta: 0 }, 1],
  ],
  EDMEulerScheduler: [[{}, 1]],
  EDMDPMSolverMultistepScheduler: [[{}, 2]],
  FlowMatchEulerDiscreteScheduler: [
    [{}, 1],
    [{ stochastic_sampling: true }, null],
  ],
  FlowMatchHeunDiscreteScheduler: [[{}, 2]],
}

it('covers every scheduler', () => {
  expect(Object.keys(shown).sort()).toEqual(schedulers.map(({ name }) => name).sort())
})

describe.each(schedulers.flatMap((entry) => shown[entry.name].map(([config, order]) => ({ entry, config, order }))))(
  '$entry.name $config',
  ({ entry, config, order }) => {
    for (const { name, run } of schedulerLaws(entry, { config, order, exact: entry.name !== 'IPNDMScheduler' }))
      it(name, run)
  },
)
