import { checkPlugins } from './check-plugins'
import type { Plugin } from './plugin'
import { addPlugin } from './registered'

/**
 * Makes a guidance or a scheduler known by name to every recipe in this program, as `options.plugins` does for one run: a
 * server registers at its start what jobs may name.
 * @throws `plugin-invalid` where it is no plug-in, or another has the name
 */
export function registerPlugin(plugin: Plugin): void {
  checkPlugins([plugin])
  addPlugin(plugin)
}
