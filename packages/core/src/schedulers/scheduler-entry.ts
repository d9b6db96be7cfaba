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
  readonly aliases: readonly string[]
  readonly source: string
  readonly options: readonly SchedulerOption[]
  /** @throws `scheduler-option-unknown`, `scheduler-option-invalid` */
  create(config: { readonly [key: string]: Json }): Scheduler
}

interface Issue {
  readonly message: string
  readonly path: readonly (string | number)[]
}

export function schedulerEntry<C>(plugin: SchedulerPlugin<C>): SchedulerEntry {
  const { name, aliases, source } = plugin
  let options: readonly SchedulerOption[] | undefined
  return {
    name,
    aliases,
    source,
    get options() {
      options ??= optionsOf(plugin)
      return options
    },
    create(config) {
      const known = this.options.map((option) => option.name)
      for (const key of Object.keys(config)) {
        if (!known.includes(key)) {
          throw new NegError(
            'scheduler-option-unknown',
            `${name} has no option "${key}". It has: ${known.sort().join(', ')}.`,
            { where: `scheduler.config.${key}` },
          )
        }
      }
      return plugin.create(parsed(plugin, config))
    },
  }
}

function optionsOf<C>({ config }: SchedulerPlugin<C>): SchedulerOption[] {
  const { properties = {} } = config.toJSONSchema() as { properties?: Record<string, SchedulerOption['schema']> }
  return Object.entries(properties).map(([name, schema]) => ({ name, schema }))
}

function parsed<C>({ name, config: schema }: SchedulerPlugin<C>, config: { readonly [key: string]: Json }): C {
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
