import { NegError } from '../errors/neg-error'
import type { Json } from '../json/json'
import type { SchedulerSpec } from '../model/parameterisation'
import { ddim } from './ddim'
import { ddpm } from './ddpm'
import { deisMultistep } from './deis-multistep'
import { dpmSolverMultistep } from './dpm-solver-multistep'
import { dpmSolverSinglestep } from './dpm-solver-singlestep'
import { edmDpmSolverMultistep } from './edm-dpm-solver-multistep'
import { edmEuler } from './edm-euler'
import { eulerAncestralDiscrete } from './euler-ancestral-discrete'
import { eulerDiscrete } from './euler-discrete'
import { flowMatchEulerDiscrete } from './flow-match-euler-discrete'
import { flowMatchHeunDiscrete } from './flow-match-heun-discrete'
import { heunDiscrete } from './heun-discrete'
import { ipndm } from './ipndm'
import { kDpm2AncestralDiscrete } from './k-dpm-2-ancestral-discrete'
import { kDpm2Discrete } from './k-dpm-2-discrete'
import { lcm } from './lcm'
import { lmsDiscrete } from './lms-discrete'
import { checkMatch } from './match'
import { pndm } from './pndm'
import { saSolver } from './sa-solver'
import type { Scheduler, SchedulerPlugin } from './scheduler'
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

/** `Euler a`, `euler-a` and `EULER_A` are one name. */
const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, '')

/**
 * A scheduler by diffusers' class name (with or without `Scheduler`) or alias, in any case.
 * @param ofModel It is the model folder that names it; the error says so.
 * @throws `scheduler-unknown`
 */
export function findScheduler(name: string, ofModel = false): SchedulerEntry {
  const wanted = plain(name).replace(/scheduler$/, '')
  const found = schedulers.find((entry) =>
    [entry.name.replace(/Scheduler$/, ''), ...entry.aliases].some((known) => plain(known) === wanted),
  )
  if (!found) {
    const known = schedulers.map((entry) => `${entry.aliases[0]} (${entry.name})`).join(', ')
    const what = ofModel
      ? `The model's scheduler_config.json names "${name}", which is no scheduler here: choose another for it`
      : `There is no scheduler "${name}"`
    throw new NegError('scheduler-unknown', `${what}. There are: ${known}.`, {
      where: 'scheduler.name',
    })
  }
  return found
}

/**
 * The scheduler of a run, as diffusers' `Class.from_config(model's config, **the user's)` makes it: the model folder's
 * keys count where this class knows them, the user's come on top.
 *
 * @param spec The user's choice. Its keys must be this class's.
 * @param model The model folder's scheduler. Keys of other classes and keys with an underscore are passed over.
 * @throws `scheduler-unknown`, `scheduler-option-unknown`, `scheduler-option-invalid`, `scheduler-mismatch`
 */
export function createScheduler(spec: SchedulerSpec, model?: SchedulerSpec): Scheduler {
  const entry = findScheduler(spec.name, spec.name === model?.name)
  const scheduler = entry.create({ ...inherited(entry, model?.config ?? {}), ...spec.config })
  // The model's own as it stands goes with the model.
  const unchanged = spec.name === model?.name && Object.keys(spec.config).length === 0
  const own = model && !unchanged && ownScheduler(model)
  if (own)
    checkMatch(
      scheduler,
      own,
      entry.options.some(({ name }) => name === 'prediction_type'),
    )
  return scheduler
}

/** The model folder's own scheduler, where this product has it and its configuration holds. */
function ownScheduler(model: SchedulerSpec): Scheduler | undefined {
  try {
    const entry = findScheduler(model.name)
    return entry.create(inherited(entry, model.config))
  } catch (error) {
    if (NegError.isInstance(error)) return undefined
    throw error
  }
}

/** null leaves an option at its default; so does -Infinity, as which diffusers writes an unlimited lambda_min_clipped. */
const unset = new Set<Json>([null, Number.NEGATIVE_INFINITY, '-Infinity'])

function inherited(entry: SchedulerEntry, config: SchedulerSpec['config']): SchedulerSpec['config'] {
  const defaulted = Array.isArray(config._use_default_values) ? config._use_default_values : []
  const known = new Set(entry.options.map((option) => option.name))
  return Object.fromEntries(
    Object.entries(config).filter(([key, value]) => known.has(key) && !defaulted.includes(key) && !unset.has(value)),
  )
}

/** A scheduler of somebody else's, by its plug-in object: no registry needed. @see createScheduler */
export const schedulerFrom = <C>(plugin: SchedulerPlugin<C>, config: SchedulerSpec['config'] = {}): Scheduler =>
  schedulerEntry(plugin).create(config)
