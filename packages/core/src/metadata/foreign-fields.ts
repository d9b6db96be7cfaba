import type { RecipeInput } from '../recipe/recipe'
import type { ForeignRecipe } from './foreign-reader'
import type { Sampler } from './samplers'

const nothing = /([[:,]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g

/** A JSON object, as Python writes it: NaN and infinities are null. Undefined for anything else. */
export function jsonObject(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined
  // Seeds have up to 64 bits, which JavaScript's numbers round: they are read as texts.
  const exact = text.replaceAll(/([[:,]\s*)(\d{16,20})(?=\s*[,}\]])/g, '$1"$2"')
  for (const candidate of [exact, text, exact.replaceAll(nothing, '$1null'), text.replaceAll(nothing, '$1null')]) {
    try {
      const value: unknown = JSON.parse(candidate)
      return isObject(value) ? value : undefined
    } catch {
      // Tried once more without what is no JSON.
    }
  }
  return undefined
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The fields that every tool has under names of its own, still as text or JSON. */
export interface Fields {
  readonly prompt: unknown
  readonly negative?: unknown
  readonly steps?: unknown
  readonly scale?: unknown
  readonly seed?: unknown
  readonly width?: unknown
  readonly height?: unknown
  readonly sampler?: Sampler
  readonly syntax?: 'a1111'
  readonly generator?: 'cpu' | 'cuda'
  readonly guidance?: RecipeInput['guidance']
  /** The model that drew it. */
  readonly model?: unknown
  /** Fields that were not understood, as `name: value`. */
  readonly rest?: readonly string[]
  readonly notes?: readonly string[]
}

/** Fields as a recipe; what is no number, or out of range, is noted. */
export function recipeOfFields(tool: string, fields: Fields): ForeignRecipe {
  const notes: string[] = []
  const whole = (name: string, value: unknown): number | undefined => {
    if (value === undefined || value === null || value === '') return undefined
    const number = typeof value === 'string' ? Number(value) : value
    if (Number.isSafeInteger(number) && Number(number) >= 1 && Number(number) <= 16_384) return Number(number)
    notes.push(`Its ${name} is ${shown(value)}, which is not taken.`)
    return undefined
  }
  const scale = (value: unknown): number | undefined => {
    if (value === undefined || value === null || value === '') return undefined
    const number = typeof value === 'string' ? Number(value) : value
    if (typeof number === 'number' && Number.isFinite(number)) return number
    notes.push(`Its scale is ${shown(value)}, which is not taken.`)
    return undefined
  }
  const seed = (value: unknown): string | undefined => {
    if (value === undefined || value === null || value === '') return undefined
    const text = String(value)
    const exact = typeof value !== 'number' || Number.isSafeInteger(value)
    if (exact && /^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n) return text
    notes.push(`Its seed is ${shown(value)}, which is not taken.`)
    return undefined
  }
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
  const negative = text(fields.negative)?.trim()
  const given: Partial<RecipeInput> = {
    prompt: text(fields.prompt) ?? '',
    negatives: negative ? [negative] : [],
    longPrompts: 'chunk',
    syntax: fields.syntax,
    steps: whole('number of steps', fields.steps),
    scale: scale(fields.scale),
    seed: seed(fields.seed),
    generator: fields.generator,
    width: whole('width', fields.width),
    height: whole('height', fields.height),
    scheduler: fields.sampler?.scheduler,
    guidance: fields.guidance,
  }
  if (text(fields.prompt) === undefined) notes.push('It names no prompt.')
  const recipe = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const model = text(fields.model)
  return {
    tool,
    recipe,
    notes: [
      `The recipe is read from what ${tool} wrote${model ? `, which drew with ${model}` : ''}: the picture will be like it, not the same.`,
      ...notes,
      ...(fields.sampler?.notes ?? []),
      ...(fields.notes ?? []),
      ...(fields.rest?.length ? [`Not understood, and left out: ${fields.rest.join(', ')}.`] : []),
    ],
  }
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 60)

/** `name: value` of fields that say something and are not among the known ones. */
export const restOf = (fields: Readonly<Record<string, unknown>>, known: ReadonlySet<string>): string[] =>
  Object.entries(fields)
    .filter(([key, value]) => !known.has(key) && !empty.has(JSON.stringify(value) ?? ''))
    .map(([key, value]) => `${key}: ${shown(value)}`)

const empty = new Set(['', 'null', 'false', '""', '[]', '{}', '"None"', '"False"'])
