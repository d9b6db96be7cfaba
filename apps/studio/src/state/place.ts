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
} from '@neg/core'
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

export interface DrawOptions {
  readonly signal: AbortSignal
  readonly previews?: { readonly every: number }
  readonly capture?: RunCapture
}

type StepEnd = Extract<RunEvent, { type: 'step-end' }>

/** What drawing tells: a run's events, and where a job waits. */
export type DrawEvent =
  | Exclude<RunEvent, StepEnd>
  | Omit<StepEnd, 'x'>
  | { readonly type: 'status'; readonly status: string; readonly queuePosition: number | null }

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
  /** Undefined where the guidance is a server's own, which this page can't count. @throws what a run would refuse */
  plan(recipe: RecipeInput): CostPlan | undefined
  draw(recipe: RecipeInput, options: DrawOptions): Run<DrawEvent, Pick<RunResult, 'image' | 'record' | 'timings'>>
  /** Probability of each thing that the model's judge knows, in a picture. Absent where there is no judge. */
  judge?(image: Pixels, options: CallOptions): Promise<Record<string, number>>
  dispose(): Promise<void>
}
