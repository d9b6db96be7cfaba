import type {
  CallOptions,
  CostPlan,
  Json,
  ModelInfo,
  Pixels,
  RecipeInput,
  Requirement,
  Run,
  RunCapture,
  RunEvent,
  RunResult,
  Tensor,
} from '@neg/core'
import type { SchedulerEntry } from '@neg/core/schedulers'
import type { DeviceChoice } from '@neg/web'

/** A guidance to choose from: its options as JSON Schema. */
export interface GuidanceChoice {
  readonly name: string
  readonly summary: string
  readonly formula: string
  /** How many guidances it holds. */
  readonly wraps: number
  readonly options: Json
}

/** A scheduler to choose from: its options as JSON Schema each. */
export type SchedulerChoice = Pick<SchedulerEntry, 'name' | 'aliases' | 'options'>

/** A picture that a recipe begins with, or its mask. */
export interface InputPicture {
  readonly sha256: string
  /** PNG, JPEG or WebP. */
  readonly file: Blob
  readonly pixels: Pixels
}

export interface DrawOptions {
  readonly signal: AbortSignal
  readonly previews?: { readonly every: number }
  readonly capture?: RunCapture
  /** What the recipe names by SHA-256. */
  readonly inputs?: readonly InputPicture[]
}

type StepEnd = Extract<RunEvent, { type: 'step-end' }>

/** What drawing tells: a run's events, and where a job waits. */
export type DrawEvent =
  | Exclude<RunEvent, StepEnd>
  /** x is there where the picture is drawn on this page. */
  | (Omit<StepEnd, 'x'> & { readonly x?: Tensor })
  | { readonly type: 'status'; readonly status: string; readonly queuePosition: number | null }

export type DrawResult = Pick<RunResult, 'image' | 'latents' | 'record' | 'timings'>

export type PlaceRun = Run<DrawEvent, DrawResult> & {
  /** Of a server's job, by which it is found again. */
  readonly id?: Promise<string>
}

/** Where recipes are drawn: a model on this page, or one of a neg server. */
export interface Place {
  readonly info: ModelInfo
  readonly provides: ReadonlySet<Requirement>
  /** For people: the device, or the server's host. */
  readonly where: string
  /** Of a model on this page. */
  readonly device?: DeviceChoice
  /** Names of a server's models. */
  readonly models?: readonly string[]
  /** Absent: those that this page knows. */
  readonly guidances?: readonly GuidanceChoice[]
  /** Absent: those that this page knows. */
  readonly schedulers?: readonly SchedulerChoice[]
  /** Undefined where guidance or scheduler are a server's own, which this page can't count. @throws what a run would refuse */
  plan(recipe: RecipeInput): CostPlan | undefined
  draw(recipe: RecipeInput, options: DrawOptions): PlaceRun
  /** Goes on with a job of a server that was begun before. */
  attach?(id: string, options: Pick<DrawOptions, 'signal'>): PlaceRun
  /** Probability of each thing that the model's judge knows, in a picture. Absent where there is no judge. */
  judge?(image: Pixels, options: CallOptions): Promise<Record<string, number>>
  dispose(): Promise<void>
}
