import { NegError, type Plugin, type RecipeInput } from '@neg/core'
import { resolveGuidance } from '@neg/core/guidance'
import type { KeyValues } from '../arguments/key-value'
import type { CompareFlags } from './compare-flags'

/** One column of the comparison: a guidance, and the recipe that every seed is drawn with. */
export interface Column {
  readonly name: string
  readonly recipe: RecipeInput
}

/** What every other column is compared with: the same picture without the negatives. */
export const reference = 'no negative'

/** The options that are meant for a guidance: `perp-neg.beta=0.5` is `beta` of `perp-neg`. */
function optionsOf(name: string, all: KeyValues): KeyValues {
  const prefix = `${name}.`
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [])),
  )
}

/**
 * The columns that the options ask for, the reference first. A guidance is drawn with what it reads: negatives, roles.
 * @throws `guidance-unknown`, `guidance-option-invalid`, `option-invalid` for an option or a role of no column
 */
export function columnsOf(flags: CompareFlags, plugins: readonly Plugin[]): Column[] {
  const { prompt, scale, distilledScale, steps, scheduler, guidance: names, guidanceOption = {}, roles = {} } = flags
  const { defaults, negatives: own } = flags.negatives
  const negatives = own.map((negative) => ({ ...defaults, ...negative }))
  const stray = Object.keys(guidanceOption).find((key) => !names.some((name) => key.startsWith(`${name}.`)))
  if (stray !== undefined) {
    throw new NegError(
      'option-invalid',
      `--guidance-option ${stray} is of none of the guidances compared; expected NAME.KEY=VALUE, such as ${names[0]}.KEY=VALUE.`,
      { where: '--guidance-option' },
    )
  }
  const common = {
    prompt,
    ...(scale === undefined ? {} : { scale }),
    ...(distilledScale === undefined ? {} : { distilledScale }),
    ...(steps === undefined ? {} : { steps }),
    ...(scheduler === undefined ? {} : { scheduler }),
  }
  const unread = new Set(Object.keys(roles))
  const columns = names.map((name): Column => {
    const spec = { name, options: optionsOf(name, guidanceOption) }
    const { guidance } = resolveGuidance(spec, plugins)
    const read = Object.entries(roles).filter(([role]) => guidance.roles?.includes(role))
    const own = read.length > 0 ? { roles: Object.fromEntries(read) } : {}
    for (const [role] of read) unread.delete(role)
    return { name, recipe: { ...common, negatives: guidance.negatives ? negatives : [], ...own, guidance: spec } }
  })
  const [role] = unread
  if (role !== undefined) {
    throw new NegError('option-invalid', `--role ${role} is read by none of the guidances compared.`, {
      where: '--role',
    })
  }
  return [{ name: reference, recipe: { ...common, negatives: [], guidance: { name: 'general' } } }, ...columns]
}
