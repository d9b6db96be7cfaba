import { guidancesOf, type Plugin } from '../plugins/plugin'
import { registeredPlugins } from '../plugins/registered'
import { builtInGuidances } from './built-in'
import type { AnyGuidancePlugin } from './guidance'

const builtIn = builtInGuidances as unknown as readonly AnyGuidancePlugin[]

/** Every guidance that a recipe can name, by name: neg's own, those registered, and those among `own` plug-ins. */
export const guidancePlugins = (own: readonly Plugin[] = []): AnyGuidancePlugin[] =>
  [...new Set([...builtIn, ...guidancesOf([...registeredPlugins(), ...own])])].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )

/** The guidance of a name. */
export const findGuidance = (name: string, own: readonly Plugin[] = []): AnyGuidancePlugin | undefined =>
  guidancePlugins(own).find((plugin) => plugin.name === name)

/** Whether it is neg's own, so that everybody's record can name it. */
export const isBuiltIn = (plugin: AnyGuidancePlugin): boolean => builtIn.includes(plugin)
