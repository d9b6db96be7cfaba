import { builtInGuidances } from '../guidance/built-in'
import type { CallOptions } from '../json/json'
import type { DiffusionModel } from '../model/diffusion-model'
import type { SchedulerSpec } from '../model/parameterisation'
import { schedulersOf } from '../plugins/plugin'
import { registeredPlugins } from '../plugins/registered'
import type { GuidanceSpec, RecipeInput } from '../recipe/recipe'
import { isNamed } from '../schedulers/registry'
import type { RunEvent } from './event'
import { type GenerateInput, hasFunctions } from './functions-of-progress'
import type { RunOptions, RunResult } from './run'

/** A run's options as far as they are data. */
export type HostedOptions = Omit<RunOptions, 'models' | 'plugins' | 'signal'>

/** Where a model's networks are, and whole runs can be drawn. */
export interface RunHost {
  /**
   * Draws a run: `draw`, called there. Takes and gives structured-clonable data alone.
   *
   * @param call.watched resolves once somebody reads the run's events; until then they may wait there, all of them at the
   *   latest until the run ends
   */
  draw(
    recipe: RecipeInput,
    options: HostedOptions,
    emit: (event: RunEvent) => void,
    call: CallOptions & { readonly watched: Promise<void> },
  ): Promise<RunResult>
  /** It has something else to do first, which may be a long network call. */
  busy(): boolean
}

/** By the very object: a copy of a model with a method replaced must have its methods called. */
const hosts = new WeakMap<DiffusionModel, RunHost>()

const builtIn: ReadonlySet<string> = new Set(builtInGuidances.map(({ name }) => name))

/**
 * For adapters whose networks are in another thread: `generate` hands over runs that are data alone, and a step of theirs
 * costs no way between threads. All others (guidances of the user's own, further models, scales and windows that are functions) go on
 * asking the model's methods.
 */
export function hostRuns<M extends DiffusionModel>(model: M, host: RunHost): M {
  hosts.set(model, host)
  return model
}

/** A run's host, where the model has one and the run is data alone. */
export function hostOf(model: DiffusionModel, recipe: GenerateInput, options: RunOptions): RunHost | undefined {
  const { info } = model
  const { guidance = info.recommended?.guidance, scheduler = info.recommended?.scheduler } = recipe
  const free = !hasFunctions(recipe) && !options.plugins?.length && !Object.keys(options.models ?? {}).length
  if (!free) return undefined
  if (isForeign(scheduler) || isForeign(info.scheduler)) return undefined
  return guidance === undefined || isBuiltIn(guidance) ? hosts.get(model) : undefined
}

/** Whether it is a scheduler that only this thread knows. */
function isForeign(scheduler: unknown): boolean {
  const name = typeof scheduler === 'string' ? scheduler : (scheduler as Partial<SchedulerSpec> | undefined)?.name
  return typeof name === 'string' && schedulersOf(registeredPlugins()).some((plugin) => isNamed(plugin, name))
}

/** Of anything: the recipe isn't checked yet. */
function isBuiltIn(guidance: unknown): boolean {
  if (typeof guidance === 'string') return builtIn.has(guidance)
  const { name, of = [] } = (guidance ?? {}) as Partial<GuidanceSpec>
  return name !== undefined && builtIn.has(name) && Array.isArray(of) && of.every(isBuiltIn)
}
