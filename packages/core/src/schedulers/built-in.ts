import { ddim } from './ddim'
import { ddimInverse } from './ddim-inverse'
import { ddpm } from './ddpm'
import { deisMultistep } from './deis-multistep'
import { dpmSolverMultistep } from './dpm-solver-multistep'
import { dpmSolverMultistepInverse } from './dpm-solver-multistep-inverse'
import { dpmSolverSinglestep } from './dpm-solver-singlestep'
import { edmDpmSolverMultistep } from './edm-dpm-solver-multistep'
import { edmEuler } from './edm-euler'
import { eulerAncestralDiscrete } from './euler-ancestral-discrete'
import { eulerDiscrete } from './euler-discrete'
import { flowMatchEulerDiscrete } from './flow-match-euler-discrete'
import { flowMatchEulerDiscreteInverse } from './flow-match-euler-discrete-inverse'
import { flowMatchHeunDiscrete } from './flow-match-heun-discrete'
import { heunDiscrete } from './heun-discrete'
import { ipndm } from './ipndm'
import { kDpm2AncestralDiscrete } from './k-dpm-2-ancestral-discrete'
import { kDpm2Discrete } from './k-dpm-2-discrete'
import { lcm } from './lcm'
import { lmsDiscrete } from './lms-discrete'
import { pndm } from './pndm'
import { saSolver } from './sa-solver'
import { type SchedulerEntry, schedulerEntry } from './scheduler-entry'
import { tcd } from './tcd'
import { uniPCMultistep } from './unipc-multistep'

/** Every scheduler of neg, in the order in which lists show them. */
export const schedulers: readonly SchedulerEntry[] = [
  schedulerEntry(pndm),
  schedulerEntry(ddim),
  schedulerEntry(eulerDiscrete),
  schedulerEntry(eulerAncestralDiscrete),
  schedulerEntry(dpmSolverMultistep),
  schedulerEntry(ddpm),
  schedulerEntry(heunDiscrete),
  schedulerEntry(kDpm2Discrete),
  schedulerEntry(kDpm2AncestralDiscrete),
  schedulerEntry(lmsDiscrete),
  schedulerEntry(dpmSolverSinglestep),
  schedulerEntry(deisMultistep),
  schedulerEntry(uniPCMultistep),
  schedulerEntry(saSolver),
  schedulerEntry(ipndm),
  schedulerEntry(lcm),
  schedulerEntry(tcd),
  schedulerEntry(edmEuler),
  schedulerEntry(edmDpmSolverMultistep),
  schedulerEntry(flowMatchEulerDiscrete),
  schedulerEntry(flowMatchHeunDiscrete),
]

/** Schedulers that walk upwards, from a clean image to the noise that leads to it: an inversion's, not a run's own. */
export const inverseSchedulers: readonly SchedulerEntry[] = [
  schedulerEntry(ddimInverse),
  schedulerEntry(dpmSolverMultistepInverse),
  schedulerEntry(flowMatchEulerDiscreteInverse),
]

/** `Euler a`, `euler-a` and `EULER_A` are one name; so are diffusers' class names with and without `Scheduler`. */
export const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[\s_-]+/g, '')
    .replace(/scheduler$/, '')
