import type { Json, Schema } from '../json/json'
import type { Parameterisation } from '../model/parameterisation'
import type { Guided, Level, Prediction } from '../prediction/prediction'
import type { Tensor } from '../tensor/tensor'

/** What to walk through. Exactly one of `steps`, `timesteps`, `sigmas`. */
export interface ScheduleRequest {
  /** Scheduler steps of the full schedule (diffusers' num_inference_steps). */
  readonly steps?: number
  /** User-given timesteps, descending, in training steps. */
  readonly timesteps?: readonly number[]
  /** User-given sigmas, descending, in diffusers' convention (σ/α; flow: σ). */
  readonly sigmas?: readonly number[]
  /**
   * With `steps`: a flow's σs go evenly from 1 to 1/steps, before any shift, as Flux' pipelines ask for; schedulers whose σs are no
   * argument in diffusers have their own.
   */
  readonly even?: boolean
  /** Image to image: the share of the schedule that is run, in (0, 1]. */
  readonly strength?: number
  /** [C, h, w]: resolution-dependent shifts of flow models read it. */
  readonly latentShape: readonly number[]
}

/** Tables in float64. */
export interface Schedule {
  /** Scheduler steps of the FULL schedule. */
  readonly steps: number
  /** The first step that is run; above 0 for image to image. */
  readonly first: number
  /** `steps + 1` levels: levels[i] is where step i starts, the last where it ends. */
  readonly levels: readonly Level[]
  /** One entry per network call, from step `first` on. */
  readonly calls: readonly { readonly step: number; readonly evaluation: number; readonly level: Level }[]
  /** diffusers' `timesteps` after set_timesteps: of the full schedule, one a network call. */
  readonly timesteps: readonly number[]
  /** diffusers' `sigmas` after set_timesteps, where that scheduler has them. */
  readonly sigmas?: readonly number[]
}

/** p(x_next | x) if `p` were the prediction, in the model's parameterisation: mean, and variance per value. */
export type Transition = (p: Prediction) => { readonly mean: Tensor; readonly variance: number }

/** What a solver asks for: the network's prediction at `x`, which is in the MODEL's parameterisation. */
export interface Evaluation {
  /** Index into `schedule.calls`. */
  readonly call: number
  readonly x: Tensor
  /** The level that this scheduler step ends at. */
  readonly next: Level
  readonly transition?: Transition
}

/** What it gets back; `x` because inpainting may have changed it (the very object it sent, if not). */
export interface Evaluated {
  readonly x: Tensor
  readonly guided: Guided
}

/**
 * A scheduler is a table plus a generator. Pure: noise comes in as an argument, history lives in local variables, so
 * nothing leaks from one run into the next.
 */
export interface Scheduler {
  readonly name: string
  /** The complete configuration, every default filled in. */
  readonly config: { readonly [key: string]: Json }
  readonly parameterisation: Parameterisation
  readonly provides: ReadonlySet<'scheduler.split' | 'scheduler.transition'>
  /** It walks upwards, from a clean image to the noise that leads to it. Default false. */
  readonly inverse?: true
  /** @throws `schedule-invalid` for requests that it cannot walk. */
  schedule(request: ScheduleRequest): Schedule
  /**
   * Where the run starts, in the scheduler's own scaling: pure noise times its initial sigma, or `image` (clean latents)
   * noised to the level of step `schedule.first`.
   */
  start(normal: Tensor, schedule: Schedule, image?: Tensor): Tensor
  /**
   * The paper's box: one `yield` a network call; returns the final latents (x0 scaling). `normal` draws standard normal
   * noise of the latent's shape from the run's stream, in diffusers' order.
   */
  solve(x: Tensor, schedule: Schedule, normal: () => Tensor): Generator<Evaluation, Tensor, Evaluated>
}

/** What a scheduler file exports. `C` is its configuration in diffusers' keys, defaults filled in. @experimental */
export interface SchedulerPlugin<C = never> {
  /** diffusers' class name; one of your own for a scheduler that diffusers has not. */
  readonly name: string
  /** Of a plug-in, for the record; neg's own schedulers go by neg's version. */
  readonly version?: string
  /** Short names people type: `euler`, `dpm++2m`. */
  readonly aliases: readonly string[]
  /** Paper or code it comes from. */
  readonly source: string
  /** diffusers' constructor keys, and arguments of its `set_timesteps` or `step` (`eta`). Unknown keys are refused. */
  readonly config: Schema<C>
  create(config: C): Scheduler
}

/** A scheduler of somebody's own, of whatever configuration: what `options.plugins` takes. @experimental */
export type AnySchedulerPlugin = SchedulerPlugin<unknown> & { readonly version: string }

/** Checks nothing at run time; gives the configuration its type. @experimental */
export const defineScheduler = <C>(
  plugin: SchedulerPlugin<C> & { readonly version: string },
): SchedulerPlugin<C> & { readonly version: string } => plugin
