import { NegError } from '../errors/neg-error'
import { builtInGuidances } from './built-in'
import type { GuidancePlugin } from './guidance'

/** A plug-in of whatever options and roles: what lists and look-ups by name deal in. */
export type AnyGuidancePlugin = GuidancePlugin<unknown, string>

const plugins = new Map<string, AnyGuidancePlugin>(
  (builtInGuidances as unknown as readonly AnyGuidancePlugin[]).map((plugin) => [plugin.name, plugin]),
)

/**
 * Makes a plug-in known by name to recipes everywhere in this program, so that CLI, server and studio find it from JSON.
 * @throws `plugin-invalid` if another plug-in has the name.
 */
export function registerGuidance<O, R extends string>(plugin: GuidancePlugin<O, R>): void {
  const known = plugins.get(plugin.name)
  if (known && known !== (plugin as unknown)) {
    throw new NegError(
      'plugin-invalid',
      `A guidance named '${plugin.name}' is registered already; choose another name.`,
    )
  }
  plugins.set(plugin.name, plugin as unknown as AnyGuidancePlugin)
}

/** All registered guidances, by name. */
export const guidancePlugins = (): AnyGuidancePlugin[] =>
  [...plugins.values()].sort((a, b) => (a.name < b.name ? -1 : 1))

export const findGuidance = (name: string): AnyGuidancePlugin | undefined => plugins.get(name)
