import { createHash } from 'node:crypto'
import { type CheckedRecipe, checkRecipe, NegError, parseRecipe, randomSeed, type SchedulerSpec } from '@neg/core'
import { prepareRun } from '@neg/core/internal'
import type { JobRequest } from '@neg/remote/jobs'
import { jobEnvelopeSchema } from '@neg/remote/wire'
import type { Limits } from '../app/limits'
import { parseWith } from '../app/parse-with'
import type { ModelHost } from '../models/model-host'

/** A request to draw, checked against model and limits, the seed drawn: nothing is left to chance. */
export interface CheckedJob {
  readonly model: string
  readonly request: JobRequest
  /** Scheduler steps, the model's defaults filled in. */
  readonly steps: number
}

const refuse = (message: string, where: string) => new NegError('limit-exceeded', message, { where })

/** The texts of a recipe, with where each stands. */
function textsOf({ prompt, negatives = [], roles = {}, image }: CheckedRecipe): { text: string; where: string }[] {
  return [
    { text: prompt, where: 'prompt' },
    ...(image?.inversion?.source ? [{ text: image.inversion.source, where: 'image.inversion.source' }] : []),
    ...negatives.map(({ text }, i) => ({ text, where: `negatives[${i}]` })),
    ...Object.entries(roles).flatMap(([role, all]) =>
      all.map(({ text }, i) => ({ text, where: `roles.${role}[${i}]` })),
    ),
  ]
}

/** Timesteps a network can have been trained with: the tables of a schedule are this long. */
const longestTraining = 100_000

/** @throws `limit-exceeded` */
function checkCost({ steps, timesteps, sigmas, width = 1, height = 1 }: Partial<CheckedRecipe>, limits: Limits): void {
  const asked = Math.max(steps ?? 0, timesteps?.length ?? 0, sigmas?.length ?? 0)
  if (asked > limits.steps)
    throw refuse(`The recipe has ${asked} steps; at most ${limits.steps} are taken here.`, 'steps')
  if (width * height > limits.pixels) {
    throw refuse(`${width}×${height} are ${width * height} pixels; at most ${limits.pixels} are taken here.`, 'width')
  }
}

/** What could cost much before anything is computed. @throws `limit-exceeded` */
function checkLimits(recipe: CheckedRecipe, limits: Limits): void {
  checkCost(recipe, limits)
  const training = (recipe.scheduler?.config as SchedulerSpec['config'] | undefined)?.num_train_timesteps
  if (typeof training === 'number' && training > longestTraining) {
    throw refuse(`num_train_timesteps is ${training}; at most ${longestTraining} are taken here.`, 'scheduler.config')
  }
  const texts = textsOf(recipe)
  if (texts.length > limits.concepts) {
    throw refuse(`The recipe has ${texts.length} texts; at most ${limits.concepts} are taken here.`, 'negatives')
  }
  for (const { text, where } of texts) {
    if (text.length <= limits.promptLength) continue
    throw refuse(`${where} has ${text.length} characters; at most ${limits.promptLength} are taken here.`, where)
  }
}

/**
 * A body as a job: `{ recipe, … }`, or a recipe alone.
 *
 * @throws `request-invalid`, `limit-exceeded`, `model-missing`, and whatever `checkRecipe` and `prepareRun` of core refuse
 */
export function checkJob(body: unknown, models: ModelHost, limits: Limits): CheckedJob {
  const wrapped = typeof body === 'object' && body !== null && 'recipe' in body
  const { recipe: given, ...options } = parseWith(jobEnvelopeSchema, wrapped ? body : { recipe: body })
  checkLimits(parseRecipe(given), limits)
  const recipe = checkRecipe(given)
  const { id, model } = models.find(options.model)
  const seeded = { ...recipe, seed: recipe.seed ?? randomSeed() }
  const { plan } = prepareRun(model, seeded)
  checkCost(plan.recipe as Partial<CheckedRecipe>, limits)
  if (options.capture && !model.provides.has('attention.capture')) {
    throw new NegError('guidance-unsupported', `${id} does not provide attention.capture.`, { where: 'capture' })
  }
  return { model: id, request: { ...options, model: id, recipe: seeded }, steps: plan.recipe.steps }
}

/** A digest of what was asked, for idempotency keys and logs: equal requests, whatever the order of their keys. */
export function requestDigest(body: unknown): string {
  return createHash('sha256').update(JSON.stringify(body, sorted)).digest('hex')
}

const sorted = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value
