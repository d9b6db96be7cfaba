import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import type { Json } from '../json/json'
import type { Scheduler, SchedulerPlugin } from './scheduler'

/** One option of a scheduler, for lists and flags. */
export interface SchedulerOption {
  readonly name: string
  /** JSON Schema of its values, default included. */
  readonly schema: { readonly [key: string]: Json }
}

/** A scheduler plug-in with its configuration's type erased: what lists hold. */
export interface SchedulerEntry {
  readonly name: string
  /** Of a plug-in; neg's own have none. */
  readonly version?: string
  readonly aliases: readonly string[]
  readonly source: string
  readonly options: readonly SchedulerOption[]
  /**
   * Checks each option by itself, before the model's own options are known: which of them go together, `create` checks.
   * @throws `scheduler-option-unknown`, `scheduler-option-invalid`
   */
  check(config: { readonly [key: string]: Json }): void
  /** @throws `scheduler-option-unknown`, `scheduler-option-invalid`; `plugin-invalid` for a plug-in that gives another's name */
  create(config: { readonly [key: string]: Json }): Scheduler
}

interface Issue {
  readonly message: string
  readonly path: readonly (string | number)[]
}

export function schedulerEntry<C>(plugin: SchedulerPlugin<C>): SchedulerEntry {
  const { name, version, aliases, source } = plugin
  let options: readonly SchedulerOption[] | undefined
  return {
    name,
    ...(version === undefined ? {} : { version }),
    aliases,
    source,
    get options() {
      options ??= optionsOf(plugin)
      return options
    },
    check(config) {
      refuseUnknown(this, config)
      const { shape = {} } = plugin.config as { shape?: Record<string, z.ZodType> }
      for (const key of Object.keys(config).filter((key) => key in shape)) {
        parsed({ name, config: z.object({ [key]: shape[key] }) }, { [key]: config[key] })
      }
    },
    create(config) {
      refuseUnknown(this, config)
      const scheduler = plugin.create(parsed(plugin, config))
      if (scheduler.name === name) return scheduler
      throw new NegError(
        'plugin-invalid',
        `The scheduler plug-in '${name}' creates one with the name '${scheduler.name}', which the record would hold: give both one name.`,
        { where: name },
      )
    },
  }
}

function refuseUnknown({ name, options }: SchedulerEntry, config: { readonly [key: string]: Json }): void {
  const known = options.map((option) => option.name)
  for (const key of Object.keys(config)) {
    if (known.includes(key)) continue
    throw new NegError(
      'scheduler-option-unknown',
      `${name} has no option "${key}". It has: ${known.sort().join(', ')}.`,
      {
        where: `scheduler.config.${key}`,
      },
    )
  }
}

function optionsOf<C>({ config }: SchedulerPlugin<C>): SchedulerOption[] {
  const { properties = {} } = config.toJSONSchema() as { properties?: Record<string, SchedulerOption['schema']> }
  return Object.entries(properties).map(([name, schema]) => ({ name, schema }))
}

function parsed<C>(
  { name, config: schema }: Pick<SchedulerPlugin<C>, 'name' | 'config'>,
  config: { readonly [key: string]: Json },
): C {
  try {
    return schema.parse(config)
  } catch (cause) {
    if (NegError.isInstance(cause)) throw cause
    const issues = (cause as { issues?: readonly Issue[] }).issues ?? []
    const [first] = issues
    const key = first?.path.join('.') ?? ''
    const found = key === '' ? '' : ` It is ${JSON.stringify(config[String(first.path[0])])}.`
    throw new NegError('scheduler-option-invalid', `${name}, option ${key}: ${first?.message ?? cause}.${found}`, {
      where: `scheduler.config.${key}`,
      cause,
    })
  }
}
