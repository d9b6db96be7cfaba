import type * as z from 'zod'
import { NegError } from '../errors/neg-error'
import { findGuidance } from '../guidance/registry'
import { resolveGuidance } from '../guidance/resolve'
import { refusal } from '../recipe/parse'
import type { ConceptSpec, GuidanceSpec } from '../recipe/recipe'
import type { Window } from '../recipe/window'
import { createScheduler, findScheduler } from '../schedulers/registry'
import type { SchedulerSpec } from './parameterisation'
import { recommendationSchema } from './recommendation-schema'

/** What a model's makers write into `neg.json`. */
export type RecommendationInput = z.input<typeof recommendationSchema>

/** A recipe that shows what a model draws. */
export interface RecommendedExample {
  readonly prompt: string
  readonly negatives?: readonly ConceptSpec[]
  readonly seed?: string
  readonly scale?: number
}

/** What is recommended for a model, and so fills what a recipe leaves out; see `recommendationSchema`. */
export interface Recommendation {
  readonly guidance?: GuidanceSpec
  readonly scale?: number
  readonly steps?: number
  readonly scheduler?: SchedulerSpec
  readonly width?: number
  readonly height?: number
  readonly window?: Window
  readonly examples?: readonly RecommendedExample[]
  readonly knows?: Readonly<Record<string, readonly string[]>>
  /** Which of these nobody said: they are read off a name, or a setting that mostly means it. A run that takes them warns. */
  readonly assumed?: {
    readonly settings: readonly ('scale' | 'steps' | 'scheduler')[]
    /** What they were read off, as the end of a sentence. */
    readonly because: string
  }
}

/** Checks the guidances that are known here; those of plug-ins are met when a run names their plug-ins. */
function checkGuidance(spec: GuidanceSpec): void {
  if (findGuidance(spec.name) && (spec.of ?? []).every(known)) resolveGuidance(spec)
  else for (const inner of spec.of ?? []) checkGuidance(inner)
}

const known = ({ name, of = [] }: GuidanceSpec): boolean => findGuidance(name) !== undefined && of.every(known)

/** How a model is, as far as recommendations have to fit it. */
export interface RecommendedModel {
  readonly id: string
  readonly sizeMultiple: number
  /** The folder's own. */
  readonly scheduler: SchedulerSpec
}

/**
 * Checks a model's recommendations, options of guidance and scheduler included.
 * @param content The file's content, parsed.
 * @param file What errors call it.
 * @throws `model-file-malformed` naming file and key
 */
export function parseRecommendation(content: unknown, model: RecommendedModel, file = 'neg.json'): Recommendation {
  const refuse = (key: string, message: string, cause: unknown) =>
    new NegError('model-file-malformed', `${file} of ${model.id} is refused. ${message}`, {
      cause,
      where: key === '' ? file : `${file}: ${key}`,
    })
  const parsed = recommendationSchema.safeParse(content)
  if (!parsed.success) {
    const { where, message } = refusal(parsed.error)
    throw refuse(where, `${message}.`, parsed.error)
  }
  const { format: _, ...recommended } = parsed.data
  const attempt = (key: string, check: () => void) => {
    try {
      check()
    } catch (error) {
      if (!NegError.isInstance(error)) throw error
      throw refuse(key, `${key}: ${error.message}`, error)
    }
  }
  const { guidance, scheduler } = recommended
  if (guidance) attempt('guidance', () => checkGuidance(guidance))
  if (scheduler) attempt('scheduler', () => void createScheduler(scheduler, model.scheduler))
  for (const key of ['width', 'height'] as const) {
    const value = recommended[key]
    if (value === undefined || value % model.sizeMultiple === 0) continue
    throw refuse(key, `${key}: expected a multiple of ${model.sizeMultiple}; got ${value}.`, undefined)
  }
  return scheduler
    ? { ...recommended, scheduler: { name: findScheduler(scheduler.name).name, config: scheduler.config } }
    : recommended
}
