import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import { jsonFlaw } from '../json/json-flaw'
import { parseRecipe, pathText, refusal } from '../recipe/parse'
import type { RunRecord } from './record'

const some = z.unknown().refine((value) => value !== undefined, { message: 'is missing' })

/** What a record's recipe always says; what each holds, `parseRecipe` checks. */
const complete = z.looseObject({
  prompt: some,
  negatives: some,
  roles: some,
  null: z.enum(['zeros', 'empty-text']),
  scale: some,
  guidance: z.looseObject({ name: z.string() }),
  scheduler: z.looseObject({ name: z.string() }),
  steps: some,
  seed: z.string(),
  generator: some,
  width: some,
  height: some,
  syntax: some,
  longPrompts: some,
})

const count = z.number().int().min(0)
const warning = z.looseObject({ code: z.string(), message: z.string() })

/** What is not known of a record's other fields is kept: a later version may have added it. */
const schema = z.looseObject({
  format: z.literal(1),
  recipe: complete,
  models: z.looseObject({ main: z.looseObject({ id: z.string(), digest: z.string() }) }),
  plugins: z.record(z.string(), z.string()),
  neg: z.string(),
  numerics: z.looseObject({
    backend: z.string(),
    runtime: z.string(),
    device: z.string(),
    threads: count,
    graph: z.string(),
    rowsPerCall: count,
    tiles: count.optional(),
  }),
  evaluations: z.looseObject({ run: count, elided: count, observed: count }),
  replayable: z.union([z.literal(true), z.looseObject({ reason: z.string() })]),
  warnings: z.array(warning),
})

/**
 * Checks data that says it is a run's record, `JSON.parse` of a picture's text `neg`, say; that its recipe has the right form, too.
 * Whether the model at hand is the record's, `models.main.digest` tells.
 *
 * @returns the same data
 * @throws `record-malformed` naming the field; `recipe-invalid` and `prompt-invalid` for its recipe
 */
export function parseRecord(input: unknown): RunRecord {
  const refuse = (where: string, message: string) =>
    new NegError('record-malformed', `The record is refused. ${message}.`, { where })
  const flaw = jsonFlaw(input)
  if (flaw) throw refuse(pathText(flaw.path), `${pathText(flaw.path) || 'It'}: ${flaw.message}`)
  const parsed = schema.safeParse(input)
  if (!parsed.success) {
    const { where, message } = refusal(parsed.error)
    throw refuse(where, message)
  }
  parseRecipe(parsed.data.recipe)
  return input as RunRecord
}
