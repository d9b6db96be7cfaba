import { type AnyGuidancePlugin, guidancePlugins, NegError } from '@neg/core'
import { optionLines } from './option-lines'
import { type OptionRow, optionsOf } from './schema-options'
import { nearest } from './suggest'
import { table } from './table'

/** What is told of a guidance. */
interface GuidanceEntry {
  readonly name: string
  readonly version: string
  readonly summary: string
  readonly formula: string
  readonly source: string
  readonly wraps: number
  readonly options: readonly OptionRow[]
}

const entryOf = ({ name, version, summary, formula, source, wraps, options }: AnyGuidancePlugin): GuidanceEntry => ({
  name,
  version,
  summary,
  formula,
  source,
  wraps,
  options: optionsOf(options),
})

function details(entry: GuidanceEntry): string {
  const wraps = entry.wraps === 0 ? '' : `\nWraps ${entry.wraps} other guidance${entry.wraps > 1 ? 's' : ''}.`
  return `${entry.name} (version ${entry.version})\n${entry.summary}${wraps}\n\n  ${entry.formula}\n\n${optionLines(entry.options)}\n\nSource: ${entry.source}\n`
}

/** The list of guidances, `plugins` before those that everyone knows, or all about one. @throws `guidance-unknown` with the nearest name. */
export function guidanceText(
  name: string | undefined,
  json: boolean,
  plugins: readonly AnyGuidancePlugin[] = [],
): string {
  const own = new Set(plugins.map((plugin) => plugin.name))
  const entries = [...plugins, ...guidancePlugins().filter((plugin) => !own.has(plugin.name))].map(entryOf)
  const chosen = name === undefined ? entries : entries.filter((entry) => entry.name === name)
  if (name !== undefined && chosen.length === 0) {
    const names = entries.map((entry) => entry.name)
    const near = nearest(name, names)
    const hint = near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean ${near}?`
    throw new NegError('guidance-unknown', `There is no guidance '${name}'. ${hint}`)
  }
  if (json) return `${JSON.stringify(name === undefined ? chosen : chosen[0], null, 2)}\n`
  if (name !== undefined) return details(chosen[0])
  const rows = chosen.map((entry) => [entry.name, entry.options.map((option) => option.name).join(', '), entry.summary])
  return `${table(rows)}\n\nneg guidance NAME says all about one.\n`
}
