import { NegError } from '../errors/neg-error'
import { builtInGuidances } from '../guidance/built-in'
import { plainName, schedulers } from '../schedulers/built-in'
import { isPlugin, isSchedulerPlugin, type Plugin } from './plugin'
import { registeredPlugins } from './registered'

/** The names that a recipe can call a plug-in by, as they are compared, and the one that the record has for either kind. */
const keysOf = ({ name, aliases }: { readonly name: string; readonly aliases?: readonly string[] }): string[] => [
  `plug-in ${name}`,
  ...(aliases ? [name, ...aliases].map((one) => `scheduler ${plainName(one)}`) : [`guidance ${name}`]),
]

const taken: ReadonlySet<string> = new Set([...builtInGuidances, ...schedulers].flatMap(keysOf))

const builtIn: ReadonlySet<unknown> = new Set(builtInGuidances)

/**
 * Refuses what is no plug-in, and plug-ins that share a name with each other, with one that is registered or with one of neg's
 * own: a record names guidance and scheduler by name, and would be drawn again with the other one.
 * @throws `plugin-invalid`
 */
export function checkPlugins(own: readonly Plugin[]): void {
  for (const plugin of own) {
    if (!isPlugin(plugin)) throw noPlugin(plugin)
    if (builtIn.has(plugin)) continue
    const others = [...registeredPlugins(), ...own]
      .filter((other) => other !== plugin && isPlugin(other))
      .flatMap(keysOf)
    for (const key of keysOf(plugin)) {
      if (taken.has(key)) throw clash(plugin, key, 'is one of neg’s own')
      if (others.includes(key)) throw clash(plugin, key, 'is given twice')
    }
  }
}

function clash(plugin: Plugin, key: string, whose: string): NegError {
  const scheduler = isSchedulerPlugin(plugin)
  const kind = scheduler ? 'scheduler' : 'guidance'
  const names = scheduler ? [plugin.name, ...plugin.aliases] : [plugin.name]
  const title = names.find((name) => key === `scheduler ${plainName(name)}`) ?? plugin.name
  return new NegError(
    'plugin-invalid',
    `The ${kind} plug-in '${plugin.name}' has the name '${title}', which ${whose}: records would not tell which of them drew. ` +
      'Give the plug-in another name.',
    { where: plugin.name },
  )
}

function noPlugin(value: unknown): NegError {
  const { name, version, config, coefficients, guide, solve } = (value ?? {}) as Record<string, unknown>
  const title = typeof name === 'string' ? `'${name}'` : value === null ? 'null' : typeof value
  const hint =
    coefficients || guide || solve
      ? 'this is what a plug-in’s create gives: pass the plug-in'
      : config && version === undefined
        ? 'a scheduler needs a version, which the record holds'
        : 'expected is what definePlugin (a guidance) or defineScheduler gives'
  return new NegError('plugin-invalid', `${title} is no plug-in: ${hint}.`, { where: 'plugins' })
}
