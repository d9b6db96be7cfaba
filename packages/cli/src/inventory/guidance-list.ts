import { NegError, type Plugin } from '@neg/core'
import { type AnyGuidancePlugin, describeGuidance, type GuidanceDescription, guidancePlugins } from '@neg/core/guidance'
import { checkPlugins, isSchedulerPlugin, nearest } from '@neg/core/internal'
import { optionLines } from './option-lines'
import { type OptionRow, optionsOf } from './schema-options'

/** What is told of a guidance. */
interface GuidanceEntry {
  readonly name: string
  readonly version: string
  readonly summary: string
  readonly formula: string
  readonly source: string
  readonly wraps: number
  readonly options: readonly OptionRow[]
  /** With default options; missing where there are options without a default. */
  readonly behaviour?: GuidanceDescription
}

const entryOf = (plugin: AnyGuidancePlugin): GuidanceEntry => {
  const { name, version, summary, formula, source, wraps, options } = plugin
  const behaviour = describeGuidance(plugin)
  return {
    name,
    version,
    summary,
    formula,
    source,
    wraps,
    options: optionsOf(options),
    ...(behaviour ? { behaviour } : {}),
  }
}

const optionText = ({ name, default: value, type }: OptionRow): string =>
  value === undefined ? `${name} (${type})` : `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`

/** A guidance in three lines: what it does; cost, needs and source; options with their defaults. */
function outline({ name, summary, source, wraps, options, behaviour }: GuidanceEntry): string {
  const passes = behaviour?.passes.withNegative ?? behaviour?.passes.plain
  const facts = [
    wraps > 0 ? `wraps ${wraps}` : undefined,
    passes && `passes ${passesText(passes)}`,
    behaviour && behaviour.requires.length > 0 ? `needs ${behaviour.requires.join(', ')}` : undefined,
    behaviour && behaviour.roles.length > 0 ? `reads role ${behaviour.roles.join(', ')}` : undefined,
    source,
  ].filter((fact) => fact !== undefined)
  const lines = [facts.join(' · '), ...(options.length > 0 ? [options.map(optionText).join(' · ')] : [])]
  return [`${name}: ${summary}`, ...lines.map((line) => `  ${line}`)].join('\n')
}

const passesText = ([min, max]: readonly [number, number]) => (min === max ? `${min}` : `${min} to ${max}`)

/** What it costs, needs and reads, a line each. */
function behaviourLines({ passes, requires, roles, negatives, space }: GuidanceDescription): string[] {
  const plain = passesText(passes.plain)
  const withNegative = passes.withNegative && passesText(passes.withNegative)
  const cost =
    withNegative === undefined || withNegative === plain ? plain : `${plain}; with a negative ${withNegative}`
  return [
    `Passes: ${cost} (in the middle of a run)`,
    `Needs: ${requires.length > 0 ? requires.join(', ') : 'nothing but the denoiser'}`,
    `Reads: the prompt${negatives ? ', negatives' : ''}${roles.map((role) => `, role ${role}`).join('')}`,
    `Space: ${space === 'any' ? "the network's own" : space}`,
  ]
}

function details(entry: GuidanceEntry): string {
  const wraps = entry.wraps === 0 ? '' : `\nWraps ${entry.wraps} other guidance${entry.wraps > 1 ? 's' : ''}.`
  const behaviour = entry.behaviour ? `${behaviourLines(entry.behaviour).join('\n')}\n` : ''
  return `${entry.name} (version ${entry.version})\n${entry.summary}${wraps}\n\n  ${entry.formula}\n\n${optionLines(entry.options)}\n\n${behaviour}Source: ${entry.source}\n`
}

/** The list of guidances, `plugins` before those that everyone knows, or all about one. @throws `guidance-unknown` with the nearest name. */
export function guidanceText(name: string | undefined, json: boolean, plugins: readonly Plugin[] = []): string {
  checkPlugins(plugins)
  const own = plugins.filter((plugin): plugin is AnyGuidancePlugin => !isSchedulerPlugin(plugin))
  const entries = [...new Set([...own, ...guidancePlugins(plugins)])].map(entryOf)
  const chosen = name === undefined ? entries : entries.filter((entry) => entry.name === name)
  if (name !== undefined && chosen.length === 0) {
    const names = entries.map((entry) => entry.name)
    const near = nearest(name, names)
    const hint = near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean ${near}?`
    throw new NegError('guidance-unknown', `There is no guidance '${name}'. ${hint}`)
  }
  if (json) return `${JSON.stringify(name === undefined ? chosen : chosen[0], null, 2)}\n`
  if (name !== undefined) return details(chosen[0])
  return `${chosen.map(outline).join('\n\n')}\n\nneg guidance NAME says all about one, --json all about all.\n`
}
