import {
  type DiffusionModel,
  type GenerateInput,
  type GuidanceSpec,
  generate,
  type Json,
  NegError,
  plan,
  type Requirement,
  type RunOptions,
  type RunResult,
  type Tensor,
} from '@neg/core'
import {
  type AnyGuidancePlugin,
  applyAfterStep,
  applyGuidance,
  boundsOf,
  convert,
  definePlugin,
  type Guidance,
  type GuidancePlugin,
  type GuidanceStep,
  type Guided,
  type Prediction,
} from '@neg/core/guidance'
import { schedulers } from '@neg/core/schedulers'
import type { GuidanceProperties } from './guidance-properties'

/** One law: run it; it rejects, with numbers, where the law is broken. */
export interface Law {
  readonly name: string
  run(): Promise<void>
}

/** The model and the words that laws are tested with. */
export interface LawGround {
  readonly model: DiffusionModel
  /** A prompt and something that its pictures may show. */
  readonly prompt: string
  readonly negative: string
  readonly other: string
  readonly steps: number
  /** Schedulers that the laws on schedulers are tested with. */
  readonly schedulers: readonly string[]
}

/** A guidance under test, ready to run. */
export interface Subject extends LawGround {
  readonly name: string
  readonly plugin: AnyGuidancePlugin
  readonly properties: GuidanceProperties
  readonly spec: GuidanceSpec
  /** As it is without a recipe: what it needs and reads. */
  readonly guidance: Guidance<string>
  /** A scheduler that provides what it needs. */
  readonly scheduler: string
  readonly models: Readonly<Record<string, DiffusionModel>>
}

/** What of its needs the model lacks; the laws cannot be tested then, only the refusal. */
export function missing(subject: Pick<Subject, 'guidance' | 'model'>): Requirement[] {
  return (subject.guidance.requires ?? []).filter(
    (need) => !need.startsWith('scheduler.') && !need.startsWith('model:') && !subject.model.provides.has(need),
  )
}

/** A scheduler that provides all `scheduler.…` needs and that the model can run with, if there is one. */
export function schedulerFor(guidance: Guidance<string>, ground: LawGround): string | undefined {
  const needs = (guidance.requires ?? []).filter((need) => need.startsWith('scheduler.'))
  const own = ground.model.info.scheduler.name
  const names = [own, ...schedulers.map(({ name }) => name)]
  return names.find((name) => runsOn(ground, name) && needs.every((need) => provided(ground, name).has(need)))
}

/** Whether the model's plain guidance runs with a scheduler at all (VP networks have nothing to do with flow solvers). */
export const runsOn = ({ model, prompt, steps }: LawGround, scheduler: string): boolean => {
  try {
    plan({ prompt, scheduler, steps, guidance: 'classifier-free' }, model)
    return true
  } catch (error) {
    if (NegError.isInstance(error)) return false
    throw error
  }
}

/** What a scheduler provides, with its own defaults. */
export function provided({ model }: LawGround, name: string): ReadonlySet<string> {
  const entry = schedulers.find((one) => one.name === name)
  const known = new Set(entry?.options.map((option) => option.name))
  const inherited = Object.entries(model.info.scheduler.config).filter(([key]) => known.has(key))
  return entry?.create(Object.fromEntries(inherited)).provides ?? new Set()
}

/** The subject's recipe. */
export function recipeOf(subject: Subject, more: Partial<GenerateInput> = {}): GenerateInput {
  return {
    prompt: subject.prompt,
    guidance: subject.spec as GenerateInput['guidance'],
    scheduler: subject.scheduler,
    steps: subject.steps,
    scale: 5,
    seed: '7',
    ...subject.properties.recipe,
    ...more,
  }
}

/** Options of a run of the subject: its plug-in, its models, nothing decoded. */
export const runOptions = (subject: Subject, more: RunOptions = {}): RunOptions => ({
  decode: false,
  models: subject.models,
  ...more,
  plugins: [...(more.plugins ?? []), subject.plugin],
})

/** A run of the subject. */
export const drawn = (
  subject: Subject,
  more: Partial<GenerateInput> = {},
  options: RunOptions = {},
): Promise<RunResult> => generate(subject.model, recipeOf(subject, more), runOptions(subject, options)).result

/** A run of a guidance that everybody knows, otherwise like the subject's. */
export const drawnWith = (subject: Subject, guidance: string, more: Partial<GenerateInput> = {}): Promise<RunResult> =>
  drawn(subject, { roles: {}, ...more, guidance })

/** The subject with other options. */
export const withOptions = (subject: Subject, options: { readonly [key: string]: Json }): GenerateInput['guidance'] =>
  ({ ...subject.spec, options: { ...subject.spec.options, ...options } }) as GenerateInput['guidance']

/** A wrapper for one law: `guide` sees the step and the guidance inside. */
export function lawWrapper(
  guide: (inner: Guidance<string>, step: GuidanceStep<string>) => Promise<Guided>,
): AnyGuidancePlugin {
  const plugin = definePlugin({
    name: 'law',
    version: '1',
    summary: 'A law of the conformance suite.',
    formula: 'inner',
    source: '@neg/testing',
    options: { parse: () => ({}), toJSONSchema: () => ({ type: 'object', properties: {} }) },
    wraps: 1,
    create: (_, [inner]): Guidance<string> => ({
      space: 'any',
      negatives: inner.negatives,
      ...(inner.requires ? { requires: inner.requires } : {}),
      ...(inner.roles ? { roles: inner.roles } : {}),
      check: (recipe) => inner.check?.(recipe),
      // Laws ask more than once; what they ask is bounded by all that a picture has.
      bounds: (view) => [0, boundsOf(inner, view)[1] + 64],
      guide: (step) => guide(inner, step),
      afterStep: (step, next) => applyAfterStep(inner, step, next),
    }),
  })
  return plugin as unknown as GuidancePlugin<never, string>
}

/** The subject inside a law's wrapper. */
export function drawnInside(
  subject: Subject,
  guide: (inner: Guidance<string>, step: GuidanceStep<string>) => Promise<Guided>,
  more: Partial<GenerateInput> = {},
): Promise<RunResult> {
  const guidance = { name: 'law', of: [subject.spec] } as GenerateInput['guidance']
  return drawn(subject, { ...more, guidance }, { plugins: [lawWrapper(guide)] })
}

/** Runs the inner guidance as a wrapper does. */
export const applied = applyGuidance

/** The predictions of a guided result, one or two. */
export const partsOf = (guided: Guided): Prediction[] => ('x0' in guided ? [guided.x0, guided.noise] : [guided])

/**
 * What a result says of the picture: its clean image, and the re-noising direction where that is apart (as the clean image
 * that it implies where there is little noise: dividing by a small σ would magnify rounding).
 */
export const meaning = (guided: Guided): Tensor[] => {
  if (!('x0' in guided)) return [convert(guided, 'x0').value]
  const { alpha, sigma } = guided.noise.level
  return [convert(guided.x0, 'x0').value, convert(guided.noise, alpha > sigma ? 'x0' : 'eps').value]
}

/** The largest difference as a share of the largest value. */
export function difference(a: Tensor, b: Tensor): number {
  if (a.data.length !== b.data.length) return Number.POSITIVE_INFINITY
  let [most, size] = [0, 1e-12]
  for (let i = 0; i < a.data.length; i++) {
    const off = Math.abs(a.data[i] - b.data[i])
    most = Number.isNaN(off) ? Number.POSITIVE_INFINITY : Math.max(most, off)
    size = Math.max(size, Math.abs(b.data[i]))
  }
  return most / size
}

/** @throws where two results are farther apart than `tolerance` (relative; 0 is to the bit). */
export function expectEqual(a: Tensor, b: Tensor, tolerance: number, what: string): void {
  const off = difference(a, b)
  if (off <= tolerance) return
  throw new Error(
    `${what}: they differ by ${off.toExponential(2)} of the largest value; at most ${tolerance} is allowed.`,
  )
}

/** @throws unless `holds`. */
export function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}
