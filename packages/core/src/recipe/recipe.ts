import * as z from 'zod'
import type { SchedulerSpec } from '../model/parameterisation'
import { type Scalar, scalarSchema } from './scalar'
import type { Window, WindowCurve } from './window'
import { namedWindowSchema } from './window-presets'

/** The longest prompt that is taken, in characters: far beyond any text encoder, short enough to stay quick. */
export const promptLimit = 20_000

const prompt = z.string().max(promptLimit, { message: `a prompt has at most ${promptLimit} characters` })

const json: z.ZodType<SchedulerSpec['config'][string]> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]),
)

export const conceptSchema = z.strictObject({
  text: prompt,
  scale: scalarSchema.optional(),
  window: namedWindowSchema.optional(),
  outside: z.number().default(0),
  embeddingWeight: z.number().optional(),
})

/**
 * One thing the picture should not be (or another concept in a role that a guidance declares).
 */
export interface NegativeSpec {
  /** `""` is the model's unconditional input. */
  readonly text: string
  /** Its own s⁻, absolute. Default for a negative: (s⁺ − 1) / K for K negatives, so that several weaken each other; for other roles: 1. */
  readonly scale?: Scalar
  /** When it acts; default always. */
  readonly window?: Window | WindowCurve
  /** Where its window is closed its strength is multiplied by this. Default 0. */
  readonly outside: number
  /** Negative weight in embedding space: lerp(null, text, weight) is encoded in place of `text`. Default 1. */
  readonly embeddingWeight?: number
}

export interface GuidanceSpecData {
  readonly name: string
  readonly version?: string
  readonly options?: SchedulerSpec['config']
  readonly of?: readonly GuidanceSpecData[]
}

const guidanceSpec: z.ZodType<GuidanceSpecData> = z.lazy(() =>
  z.strictObject({
    name: z.string(),
    version: z.string().optional(),
    options: z.record(z.string(), json).optional(),
    of: z.array(guidanceSpec).optional(),
  }),
)

const micro = z.strictObject({
  original_size: z.tuple([z.number(), z.number()]).optional(),
  crops_coords_top_left: z.tuple([z.number(), z.number()]).optional(),
  target_size: z.tuple([z.number(), z.number()]).optional(),
})

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, { message: 'must be a SHA-256 in lower-case hex' })

/** What people write: everything but the prompt has a default, some of them the model's. */
export const recipeInputSchema = z.strictObject({
  format: z.literal(1).optional(),
  prompt,
  negatives: z.array(z.union([prompt.transform((text) => ({ text, outside: 0 })), conceptSchema])).optional(),
  roles: z.record(z.string(), z.array(conceptSchema)).optional(),
  null: z.enum(['auto', 'zeros', 'empty-text']).optional(),
  scale: scalarSchema.optional(),
  distilledScale: z.number().optional(),
  guidance: z.union([z.string().transform((name) => ({ name })), guidanceSpec]).optional(),
  scheduler: z
    .union([
      z.string().transform((name) => ({ name, config: {} })),
      z.strictObject({
        name: z.string(),
        version: z.string().optional(),
        config: z.record(z.string(), json).default({}),
      }),
    ])
    .optional(),
  steps: z.number().int().min(1).max(10_000).optional(),
  timesteps: z.array(z.number()).min(1).optional(),
  sigmas: z.array(z.number()).min(1).optional(),
  seed: z.union([z.string(), z.number().int(), z.bigint()]).transform(String).optional(),
  generator: z.enum(['cpu', 'cuda']).optional(),
  width: z.number().int().min(1).max(16_384).optional(),
  height: z.number().int().min(1).max(16_384).optional(),
  micro: z.strictObject({ positive: micro.optional(), negative: micro.optional() }).optional(),
  image: z.strictObject({ sha256, strength: z.number().gt(0).max(1).default(0.8), mask: sha256.optional() }).optional(),
  syntax: z.enum(['plain', 'a1111']).optional(),
  longPrompts: z.enum(['truncate', 'chunk']).optional(),
})

type DeepReadonly<T> = { readonly [K in keyof T]: T[K] extends object | undefined ? DeepReadonly<T[K]> : T[K] }

/** A recipe as people write it; `parseRecipe` checks it, `resolveRecipe` fills it in for a model. */
export type RecipeInput = DeepReadonly<z.input<typeof recipeInputSchema>>
/** A recipe that was checked, defaults not yet filled in. */
export type CheckedRecipe = z.output<typeof recipeInputSchema>

/** One picture, plain JSON, complete: what the record carries. */
export interface Recipe {
  readonly format: 1
  readonly prompt: string
  readonly negatives: readonly NegativeSpec[]
  /** Conditions that the guidance declares beyond positive, null and negatives. */
  readonly roles: Readonly<Record<string, readonly NegativeSpec[]>>
  /** What the unconditional pass is given. */
  readonly null: 'zeros' | 'empty-text'
  /** s⁺. On a distilled model without `distilledScale` it feeds the network's guidance input. */
  readonly scale: Scalar
  /** Feeds the guidance input of a distilled model, so that `scale` is true guidance. */
  readonly distilledScale?: number
  readonly guidance: GuidanceSpecData
  readonly scheduler: SchedulerSpec
  /** Scheduler steps of the full schedule. */
  readonly steps: number
  readonly timesteps?: readonly number[]
  readonly sigmas?: readonly number[]
  /** 64 bit, decimal. */
  readonly seed: string
  /** Whose random numbers: torch's on the CPU (mt19937) or on CUDA (Philox). */
  readonly generator: 'cpu' | 'cuda'
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** SDXL micro-conditioning, each [height, width] in pixels; without `negative` the positive’s hold for null and negatives too. */
  readonly micro?: CheckedRecipe['micro']
  /**
   * The picture that is begun from. Where `mask` is dark its latents are kept; its pixels there still change a little, because
   * all of it is decoded anew.
   */
  readonly image?: { readonly sha256: string; readonly strength: number; readonly mask?: string }
  readonly syntax: 'plain' | 'a1111'
  readonly longPrompts: 'truncate' | 'chunk'
}
