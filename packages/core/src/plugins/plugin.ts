import type { AnyGuidancePlugin } from '../guidance/guidance'
import type { AnySchedulerPlugin } from '../schedulers/scheduler'

/** What `options.plugins` and `registerPlugin` take: a guidance or a scheduler of somebody's own. */
export type Plugin = AnyGuidancePlugin | AnySchedulerPlugin

const isSchema = (value: unknown): boolean => {
  const { parse, toJSONSchema } = (value ?? {}) as { parse?: unknown; toJSONSchema?: unknown }
  return typeof parse === 'function' && typeof toJSONSchema === 'function'
}

/** Whether a value is what `definePlugin` or `defineScheduler` gives, by its form. */
export function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== 'object' || value === null) return false
  const { name, version, create } = value as Partial<Plugin>
  if (typeof name !== 'string' || name === '' || typeof version !== 'string' || typeof create !== 'function')
    return false
  const { wraps, options, aliases, config } = value as Partial<AnyGuidancePlugin & AnySchedulerPlugin>
  return isSchema(options) ? typeof wraps === 'number' : isSchema(config) && Array.isArray(aliases)
}

export const isSchedulerPlugin = (plugin: Plugin): plugin is AnySchedulerPlugin => 'config' in plugin

/** The guidances among plug-ins. */
export const guidancesOf = (plugins: readonly Plugin[]): AnyGuidancePlugin[] =>
  plugins.filter((plugin): plugin is AnyGuidancePlugin => !isSchedulerPlugin(plugin))

/** The schedulers among plug-ins. */
export const schedulersOf = (plugins: readonly Plugin[]): AnySchedulerPlugin[] => plugins.filter(isSchedulerPlugin)
