import * as z from 'zod'
import type { GuidanceName } from '../guidance/guidance-names'
import type { DeepReadonly } from '../json/deep-readonly'
import type { SchedulerSpec } from '../model/parameterisation'
import type { SchedulerName } from '../schedulers/scheduler-names'
import { type ControlInput, type ControlSpec, controlSchema } from './control'
import { type ImageInput, type ImageSpec, imageSchema } from './image'
import { promptSchema as prompt } from './prompt'
import { type Scalar, scalarSchema } from './scalar'
import type { Window, WindowCurve } from './window'
import { namedWindowSchema, type WindowInput } from './window-presets'

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

/** One thing the picture should not be, or another concept in a role that a guidance declares. */
export interface ConceptSpec {
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

/** Any other string, where editors complete some. */
type Other = string & {}

/** A guidance in a recipe: by name; wrappers nest. */
export interface GuidanceSpec {
  /** neg's own or a plug-in's: `neg guidance` lists them. */
  readonly name: GuidanceName | Other
  /** Another version is refused; default whichever is there. */
  readonly version?: string
  /** Its options by name; default each option's own (`neg guidance NAME`). */
  readonly options?: SchedulerSpec['config']
  /** What a wrapper is put around, as many as it takes; default `general` for a wrapper of one. */
  readonly of?: readonly GuidanceSpec[]
}

const guidanceSpec: z.ZodType<GuidanceSpec> = z.lazy(() =>
  z.strictObject({
    name: z.string(),
    version: z.string().optional(),
    options: z.record(z.string(), json).optional(),
    of: z.array(guidanceSpec).optional(),
  }),
)

/** Each costs a network's evaluation a row. */
const mostControls = 16

const micro = z.strictObject({
  originalSize: z.tuple([z.number(), z.number()]).optional(),
  cropsCoordsTopLeft: z.tuple([z.number(), z.number()]).optional(),
  targetSize: z.tuple([z.number(), z.number()]).optional(),
})

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
  image: imageSchema.optional(),
  control: z.array(controlSchema).max(mostControls).optional(),
  syntax: z.enum(['plain', 'a1111']).optional(),
  longPrompts: z.enum(['truncate', 'chunk']).optional(),
  maxSequenceLength: z.number().int().min(1).max(16_384).optional(),
})

/** A negative as people write it; also a concept in a role that a guidance declares. */
export interface ConceptInput {
  /** What it is; required. `""` is the model's unconditional input. At most 20 000 characters, of which the text encoder reads its share. */
  readonly text: string
  /** Its own strength s⁻, absolute: a number, or a curve over progress. Default for a negative (scale − 1) / K for K negatives; in a role 1. */
  readonly scale?: DeepReadonly<z.input<typeof scalarSchema>>
  /**
   * When it acts: `{ from, to, of }` in fractions of the run, a preset's name (`ban2024`: arXiv 2406.02965), or a step curve of 0
   * and 1. Default always, or the window that the model recommends.
   */
  readonly window?: WindowInput
  /** Where its window is closed its strength is multiplied by this. Default 0. */
  readonly outside?: number
  /** Its weight in embedding space: lerp(null, text, weight) is encoded in place of `text`. Default 1. */
  readonly embeddingWeight?: number
}

interface MicroInput {
  /** [height, width] in pixels of the training picture that it is drawn as. Default the recipe's size. */
  readonly originalSize?: readonly [number, number]
  /** [top, left] in pixels at which that picture was cropped. Default [0, 0]. */
  readonly cropsCoordsTopLeft?: readonly [number, number]
  /** [height, width] in pixels that it was cropped to. Default the recipe's size. */
  readonly targetSize?: readonly [number, number]
}

/** A recipe as people write it; `parseRecipe` checks it, `resolveRecipe` fills it in for a model. */
export interface RecipeInput {
  /** Version of a recipe's form. Default 1, the only one. */
  readonly format?: 1
  /** What the picture should be; required. At most 20 000 characters, of which the text encoder reads its share (`longPrompts`). */
  readonly prompt: string
  /** What the picture should not be: texts, or `{ text, scale, window, … }` with a strength and a window each. Default none. */
  readonly negatives?: readonly (string | ConceptInput)[]
  /** Conditions of the roles that the guidance declares (`neg guidance NAME` says which), by role. Default none. */
  readonly roles?: Readonly<Record<string, readonly ConceptInput[]>>
  /** What the unconditional pass is given: zeros, or an empty text. Default `auto`: what the model was trained with. */
  readonly null?: 'auto' | 'zeros' | 'empty-text'
  /**
   * Guidance scale s⁺ (diffusers' `guidance_scale`, Flux' `true_cfg_scale`; Ho and Salimans 2022, arXiv 2207.12598): 1 is no guidance. A
   * number, or a curve over progress. Default the model's recommendation, else 5 (8.5 for a network with a guidance input).
   */
  readonly scale?: DeepReadonly<z.input<typeof scalarSchema>>
  /**
   * What a guidance-distilled network is told, so that `scale` is true guidance. Default: LCM is told `scale`, Flux dev 3.5 (diffusers'
   * `guidance_scale` there).
   */
  readonly distilledScale?: number
  /**
   * How predictions are combined, by name or `{ name, options, of }`: neg's own or a plug-in's. Default the model's
   * recommendation, else `general`; docs/guidance.md has each formula and source.
   */
  readonly guidance?: GuidanceName | Other | GuidanceSpec
  /**
   * The solver, by alias, by diffusers' class name or as `{ name, config }` with diffusers' keys: neg's own or a plug-in's. Default
   * the model's recommendation, else that of its scheduler_config.json.
   */
  readonly scheduler?:
    | SchedulerName
    | Other
    | {
        /** An alias, diffusers' class name, or a plug-in's name; required. */
        readonly name: SchedulerName | Other
        /** Of a plug-in: another is refused. Default whichever is there. */
        readonly version?: string
        /** In diffusers' keys, over those of the model's folder. Default none. */
        readonly config?: SchedulerSpec['config']
      }
  /** Scheduler steps of the full schedule (diffusers' `num_inference_steps`), 1 to 10 000. Default the model's recommendation, else 20 (4 for a network with a guidance input). */
  readonly steps?: number
  /** Timesteps to walk in place of `steps`, descending, in training steps (diffusers' `timesteps`). Default the scheduler's own. */
  readonly timesteps?: readonly number[]
  /** σ to walk in place of `steps`, descending, in diffusers' convention (σ/α; σ of flow models). Default the scheduler's own. */
  readonly sigmas?: readonly number[]
  /** Of the random numbers: 64 bit, as torch's `manual_seed`; beyond 2⁵³ as a string or bigint. Default a random one, which the record holds. */
  readonly seed?: string | number | bigint
  /** Whose random numbers: torch's on the CPU (mt19937) or on CUDA (Philox). Default `cpu`. */
  readonly generator?: 'cpu' | 'cuda'
  /** Pixels, a multiple of what the model draws (8 at least). Default the model's own. */
  readonly width?: number
  /** Pixels, a multiple of what the model draws (8 at least). Default the model's own. */
  readonly height?: number
  /**
   * Sizes in pixels that SDXL is conditioned on (arXiv 2307.01952, section 2.2), for the positive, and for null and negatives.
   * Default of each the recipe's size uncropped; of `negative` what `positive` has.
   */
  readonly micro?: { readonly positive?: MicroInput; readonly negative?: MicroInput }
  /** The picture that is begun from (image to image, inpainting), named by its file's SHA-256; `options.images` has it. Default none. */
  readonly image?: ImageInput
  /**
   * Pictures that ControlNets lead the drawing by, each with a strength and a window; what several add is summed. At most 16. `options.images`
   * has them. Default none.
   */
  readonly control?: readonly ControlInput[]
  /** How prompts are read: as they stand, or with AUTOMATIC1111's weights and schedules (`(word:1.2)`, `[a:b:0.5]`). Default `plain`. */
  readonly syntax?: 'plain' | 'a1111'
  /** What becomes of a prompt beyond the text encoder's limit (77 tokens for CLIP): cut with a warning, or encoded in chunks. Default `truncate`. */
  readonly longPrompts?: 'truncate' | 'chunk'
  /**
   * Tokens that T5 reads of a prompt, `</s>` and padding included (diffusers' `max_sequence_length`); for models that have one. Default
   * the model's: 256 for SD3 and Flux schnell, 512 for Flux dev.
   */
  readonly maxSequenceLength?: number
}

/** A recipe that was checked, defaults not yet filled in. */
export type CheckedRecipe = z.output<typeof recipeInputSchema>

/** One picture, plain JSON, complete: what the record carries. */
export interface Recipe {
  readonly format: 1
  readonly prompt: string
  readonly negatives: readonly ConceptSpec[]
  /** Conditions that the guidance declares beyond positive, null and negatives. */
  readonly roles: Readonly<Record<string, readonly ConceptSpec[]>>
  /** What the unconditional pass is given. */
  readonly null: 'zeros' | 'empty-text'
  /** s⁺. On a distilled model without `distilledScale` it feeds the network's guidance input. */
  readonly scale: Scalar
  /** Feeds the guidance input of a distilled model, so that `scale` is true guidance. */
  readonly distilledScale?: number
  readonly guidance: GuidanceSpec
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
  /** The picture that is begun from. */
  readonly image?: ImageSpec
  /** Pictures that ControlNets lead the drawing by. */
  readonly control?: readonly ControlSpec[]
  readonly syntax: 'plain' | 'a1111'
  readonly longPrompts: 'truncate' | 'chunk'
  /** Tokens that T5 reads, on a model that has one. */
  readonly maxSequenceLength?: number
}
