import { join } from 'node:path'
import type { Plugin, SchedulerSpec } from '@neg/core'
import { checkPlugins } from '@neg/core/internal'
import {
  createScheduler,
  findScheduler,
  inverseSchedulers,
  type Schedule,
  type SchedulerEntry,
  schedulerEntries,
} from '@neg/core/schedulers'
import portraits from '@neg/portraits'
import type { KeyValues } from '../arguments/key-value'
import { walkOf } from '../arguments/walk'
import { readJson } from '../files/read-json'
import { optionLines } from './option-lines'
import { optionOf } from './schema-options'
import { table } from './table'

/** What `neg schedulers` is asked. */
export interface SchedulersFlags {
  readonly steps?: number
  readonly schedulerOption?: KeyValues
  readonly model?: string
  /** Modules that export schedulers. */
  readonly plugin?: readonly string[]
  readonly json: boolean
}

/** The scheduler configuration of a model folder, as far as the listing needs it. */
async function configOf(folder: string): Promise<SchedulerSpec> {
  const { _class_name: name, ...config } = await readJson(join(folder, 'scheduler', 'scheduler_config.json'))
  return { name: String(name), config }
}

function list(entries: readonly SchedulerEntry[]): string {
  const rows = entries.map(({ name, aliases, source }) => [name, aliases.join(', '), source])
  const inverse = inverseSchedulers.map(({ name, aliases, source }) => [name, aliases.join(', '), source])
  return `${table(rows)}\n\nFrom a picture up to its noise (docs/editing.md); none of them draws:\n\n${table(inverse)}\n\nneg schedulers NAME says all about one.\n`
}

function walk({ calls, timesteps, sigmas }: Schedule): string {
  const number = (value: number | undefined) => (value === undefined ? '' : String(Number(value.toPrecision(7))))
  const rows = calls.map(({ step, level }, i) => [
    String(step),
    number(timesteps[i]),
    number(sigmas ? sigmas[i] : level.sigma / level.alpha),
  ])
  const end = sigmas ? [['end', '', number(sigmas[sigmas.length - 1])]] : []
  return table([['step', 'timestep', sigmas ? 'sigma' : 'σ/α'], ...rows, ...end], '  ')
}

/** The list of schedulers, those of `plugins` last, or all about one. @throws `plugin-invalid`, `scheduler-unknown`, or what its options get wrong */
export async function schedulersText(
  name: string | undefined,
  flags: SchedulersFlags,
  plugins: readonly Plugin[] = [],
): Promise<string> {
  checkPlugins(plugins)
  if (name === undefined) {
    const entries = schedulerEntries(plugins)
    return flags.json
      ? `${JSON.stringify(
          entries.map(({ name, version, aliases, source }) => ({ name, version, aliases, source })),
          null,
          2,
        )}\n`
      : list(entries)
  }
  const entry = findScheduler(name, { plugins })
  const model = await configOf(flags.model ?? portraits)
  const { walk: asked, config } = walkOf(flags.schedulerOption, flags.steps)
  const scheduler = createScheduler({ name, config }, model, plugins)
  const schedule = scheduler.schedule({
    ...(Object.keys(asked).length === 0 ? { steps: 10 } : asked),
    latentShape: [4, 64, 64],
  })
  const { steps } = schedule
  const options = entry.options.map((option) => optionOf(option.name, option.schema))
  const { timesteps, sigmas } = schedule
  if (flags.json) {
    const { name, version, aliases, source } = entry
    return `${JSON.stringify({ name, version, aliases, source, options, config: scheduler.config, steps, timesteps, sigmas }, null, 2)}\n`
  }
  const aliases = entry.aliases.length > 0 ? ` (${entry.aliases.join(', ')})` : ''
  return [
    `${entry.name}${aliases}${entry.version === undefined ? '' : `, version ${entry.version}`}`,
    `Source: ${entry.source}`,
    `Options (--scheduler-option KEY=VALUE):\n${optionLines(options)}`,
    `${steps} steps:\n${walk(schedule)}`,
    '',
  ]
    .join('\n\n')
    .replace(/\n\n$/, '\n')
}
