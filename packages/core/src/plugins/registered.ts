import type { Plugin } from './plugin'

const plugins = new Set<Plugin>()

/** What `registerPlugin` made known, in its order. */
export const registeredPlugins = (): readonly Plugin[] => [...plugins]

export const addPlugin = (plugin: Plugin): void => void plugins.add(plugin)
