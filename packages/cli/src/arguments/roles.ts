import { Option } from 'commander'
import type { NegativeSettings } from './negatives'
import { parseNumber } from './number'
import { refuse } from './refuse'
import { parseWindow } from './window'

/** Concepts by the role that a guidance has for them: `concept` of composition, `edit` of sega, `weak` of auto. */
export type RoleFlags = Readonly<Record<string, readonly ({ readonly text: string } & NegativeSettings)[]>>

/** Collects `--role NAME=TEXT`, `--role-scale` and `--role-window`; the last two belong to the role before them. */
export function roleCollector() {
  const roles = new Map<string, ({ text: string } & NegativeSettings)[]>()
  let last: NegativeSettings | undefined
  const scale = parseNumber('--role-scale')
  const window = parseWindow('--role-window')
  const current = (flag: string, text: string): NegativeSettings => {
    if (last) return last
    throw refuse(flag, 'belongs after the --role that it is for', text)
  }
  return {
    role(text: string): void {
      const at = text.indexOf('=')
      if (at < 1) throw refuse('--role', 'must be NAME=TEXT, such as concept="a hat"', text)
      const name = text.slice(0, at).trim()
      const concept: { text: string } & NegativeSettings = { text: text.slice(at + 1) }
      last = concept
      roles.set(name, [...(roles.get(name) ?? []), concept])
    },
    scale(text: string): void {
      current('--role-scale', text).scale = scale(text)
    },
    window(text: string): void {
      current('--role-window', text).window = window(text)
    },
    flags: (): RoleFlags => Object.fromEntries(roles),
  }
}

/** `--role` and what belongs to it, of every command that draws under guidances. */
export const roleOptions = (roles: ReturnType<typeof roleCollector>): readonly [Option, Option, Option] => [
  new Option(
    '--role <name=text>',
    'a concept in a role that the guidance reads, such as weak=a (repeatable)',
  ).argParser((text) => roles.role(text)),
  new Option(
    '--role-scale <number>',
    'the weight of the --role before it, negative: away from it; default 1',
  ).argParser((text) => roles.scale(text)),
  new Option('--role-window <from-to>', 'when the --role before it acts, or a preset; default always').argParser(
    (text) => roles.window(text),
  ),
]
