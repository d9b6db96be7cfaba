import { namesHint } from '../errors/nearest'
import { NegError } from '../errors/neg-error'
import type { Json } from '../json/json'
import type { SchedulerSpec } from '../model/parameterisation'
import { type Plugin, schedulersOf } from '../plugins/plugin'
import { registeredPlugins } from '../plugins/registered'
import { inverseSchedulers, plainName, schedulers } from './built-in'
import { checkMatch } from './match'
import type { AnySchedulerPlugin, Scheduler, SchedulerPlugin } from './scheduler'
import { type SchedulerEntry, schedulerEntry } from './scheduler-entry'

const entries = new WeakMap<AnySchedulerPlugin, SchedulerEntry>()

function entryOf(plugin: AnySchedulerPlugin): SchedulerEntry {
  const known = entries.get(plugin) ?? schedulerEntry(plugin)
  entries.set(plugin, known)
  return known
}

/** Every scheduler that a recipe can name to draw with: neg's own, those registered, and those among `own` plug-ins. */
export const schedulerEntries = (own: readonly Plugin[] = []): SchedulerEntry[] => [
  ...schedulers,
  ...new Set(schedulersOf([...registeredPlugins(), ...own]).map(entryOf)),
]

/** Whether a name, in any of its spellings, is this scheduler's. */
export const isNamed = ({ name, aliases }: Pick<SchedulerEntry, 'name' | 'aliases'>, wanted: string): boolean =>
  [name, ...aliases].some((known) => plainName(known) === plainName(wanted))

/**
 * A scheduler by diffusers' class name (with or without `Scheduler`) or alias, in any case.
 * @param options.ofModel It is the model folder that names it; the error says so.
 * @param options.plugins Of the run, beside those registered.
 * @throws `scheduler-unknown`
 */
export function findScheduler(
  name: string,
  { ofModel = false, plugins = [] }: { readonly ofModel?: boolean; readonly plugins?: readonly Plugin[] } = {},
): SchedulerEntry {
  const all = schedulerEntries(plugins)
  const found = [...all, ...inverseSchedulers].find((entry) => isNamed(entry, name))
  if (!found) {
    const known = all.map((entry) => [entry.aliases[0], `(${entry.name})`].join(' ').trim()).join(', ')
    const what = ofModel
      ? `The model's scheduler_config.json names "${name}", which is no scheduler here: choose another for it`
      : `There is no scheduler "${name}"`
    const names = all.flatMap((entry) => [...entry.aliases, entry.name])
    throw new NegError('scheduler-unknown', `${what}. ${namesHint(name, names, known)}`, {
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
 * @param plugins Of the run, beside those registered.
 * @throws `scheduler-unknown`, `scheduler-option-unknown`, `scheduler-option-invalid`, `scheduler-mismatch`
 */
export function createScheduler(
  spec: SchedulerSpec,
  model?: SchedulerSpec,
  plugins: readonly Plugin[] = [],
): Scheduler {
  const entry = findScheduler(spec.name, { ofModel: spec.name === model?.name, plugins })
  const scheduler = entry.create({ ...inherited(entry, model?.config ?? {}), ...spec.config })
  // The model's own as it stands goes with the model.
  const unchanged = spec.name === model?.name && Object.keys(spec.config).length === 0
  // An inverse walks the other way: its first time is not the model's.
  const own = model && !unchanged && !scheduler.inverse && ownScheduler(model, plugins)
  if (own)
    checkMatch(
      scheduler,
      own,
      entry.options.some(({ name }) => name === 'prediction_type'),
    )
  return scheduler
}

/** The model folder's own scheduler, where this product has it and its configuration holds. */
function ownScheduler(model: SchedulerSpec, plugins: readonly Plugin[]): Scheduler | undefined {
  try {
    const entry = findScheduler(model.name, { plugins })
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
