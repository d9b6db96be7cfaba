import type { AttentionEdit } from '../model/attention'
import type { Conditioning } from '../model/conditioning'
import type { DenoiseRow } from '../model/denoise'
import type { DiffusionModel } from '../model/diffusion-model'
import type { Guided, Level, Prediction, Space } from '../prediction/prediction'
import { guidanceStep } from '../run/guidance-step'
import { Memory } from '../run/memory'
import { Passes } from '../run/passes'
import { randomStreams } from '../run/random-streams'
import type { Transition } from '../schedulers/scheduler'
import type { Tensor } from '../tensor/tensor'
import { boundsOf } from './apply'
import type { Condition } from './condition'
import type { Guidance } from './guidance'
import type { GuidanceStep, StepView } from './step'

/** Predictions of one evaluation, given instead of computed; names are prompts, so equal names are one pass. */
export interface FakeEvaluation {
  /** Prompt → what the network outputs for it, [C, h, w] values; `prompt + edit` with an attention edit of that name; `prompt without image`. */
  predictions: Record<string, ArrayLike<number>>
  positive?: string
  null?: string
  /** A negative is a prompt, or a prompt with its s⁻ (default (s⁺ − 1)/K). */
  negatives?: (string | [prompt: string, weight: number])[]
  roles?: Record<string, [prompt: string, weight: number][]>
  scale?: number
  step?: number
  steps?: number
  evaluation?: number
  level?: Level
  next?: Level
  x?: ArrayLike<number>
  /** Tells the model's gradient networks apart. */
  gradient?(name: string, target: unknown): ArrayLike<number>
  /** Where the solver arrives; afterStep is called if given. */
  arrives?: ArrayLike<number>
  transition?: (tensor: (values: ArrayLike<number>) => Tensor) => Transition
  /** The step ends here: what was remembered becomes what the next one reads. Default true. */
  ends?: boolean
}

export interface FakeResult {
  guided: Guided
  /** The values of a guidance that gives one prediction. */
  values: number[]
  rows: number
  /** Rows per request that reached the model. */
  requests: number[]
  models: (string | undefined)[]
  edits: AttentionEdit[]
}

/** A run whose network answers are given, over the loop's own step, memory and passes. Checks bounds as the loop does. */
export function fakeRun(guidance: Guidance<string>, shape: number[], network: Space = 'eps') {
  const memory = new Memory()
  const tensor = (values: ArrayLike<number>): Tensor => ({ data: Float32Array.from(values), shape })
  return async (given: FakeEvaluation): Promise<FakeResult> => {
    const requests: number[] = []
    const models: (string | undefined)[] = []
    const edits: AttentionEdit[] = []
    const answer = (name?: string) => ({
      denoise: async ({ rows }: { rows: readonly DenoiseRow[] }) => {
        requests.push(rows.length)
        models.push(...rows.map(() => name))
        edits.push(...rows.flatMap(({ edit }) => (edit ? [edit] : [])))
        const outputs = rows.map(({ conditioning: { id }, edit, beside }) => ({
          output: tensor(given.predictions[edit ? `${id} + ${edit.name}` : beside ? id : `${id} without image`]),
        }))
        return { rows: outputs, calls: 1, rowsPerCall: rows.length, ms: 0 }
      },
    })
    const model = {
      ...answer(),
      gradient: async (name: string, { target }: { target: unknown }) => tensor(given.gradient?.(name, target) ?? []),
    } as unknown as DiffusionModel
    const weak = answer('weak') as unknown as DiffusionModel
    const signal = new AbortController().signal
    const level = given.level ?? { t: 500, alpha: 0.6, sigma: 0.8 }
    const x = tensor(given.x ?? Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(3 * i + 1)))
    const view = fakeView(given, level)
    const passes = new Passes(
      {
        model,
        models: { weak },
        encodedBy: async (_, conditioning) => conditioning,
        parameterisation: { kind: 'vp', prediction: network },
        picture: '0',
        beside: x,
        signal,
      },
      { x, level, step: view.step, call: view.call },
      { ms: 0, calls: 0, rowsPerCall: 0 },
    )
    const step = guidanceStep(
      {
        view,
        x,
        signal,
        passes,
        memory,
        streams: randomStreams({ seed: '0', generator: 'cpu' }, shape),
        model,
        networkSpace: network,
        ...(given.transition ? { transition: given.transition(tensor) } : {}),
      },
      guidance.space,
    ) as GuidanceStep<string>
    const guided =
      'coefficients' in guidance ? await step.linear(guidance.coefficients(step)) : await guidance.guide(step)
    const rows = passes.counts.run
    const [min, max] = boundsOf(guidance, view)
    if (rows < min || rows > max) throw new Error(`ran ${rows} rows, outside its bounds ${min} to ${max}`)
    if (given.arrives && 'guide' in guidance) await guidance.afterStep?.(step, tensor(given.arrives))
    if (given.ends !== false) memory.commit()
    const one = guided as Prediction
    return { guided, values: one.value ? [...one.value.data] : [], rows, requests, models, edits }
  }
}

function fakeView(given: FakeEvaluation, level: Level): StepView<string> {
  const { scale = 5, step = 0, steps = 10, evaluation = 0, negatives = [], roles = {} } = given
  const condition = (role: string, index: number, id: string, weight: number): Condition => ({
    role,
    index,
    conditioning: { id, prompt: { text: id }, words: [], length: 4, warnings: [], release() {} } as Conditioning,
    weight,
    open: weight !== 0,
  })
  return {
    step,
    steps,
    progress: step / steps,
    position: { step, steps, timestepProgress: 1 - level.t / 1000, sigma: level.sigma / level.alpha },
    evaluation,
    call: step,
    level,
    next: given.next ?? { t: 400, alpha: 0.8, sigma: 0.6 },
    scale,
    positive: condition('positive', 0, given.positive ?? 'y', 1),
    null: condition('null', 0, given.null ?? 'u', 1),
    negatives: negatives.map((negative, i) =>
      typeof negative === 'string'
        ? condition('negative', i, negative, (scale - 1) / negatives.length)
        : condition('negative', i, ...negative),
    ),
    roles: Object.fromEntries(
      Object.entries(roles).map(([role, list]) => [
        role,
        list.map(([id, weight], i) => condition(role, i, id, weight)),
      ]),
    ),
  }
}

/** Numbers that look random and are always the same. */
export function draws(count: number, seed: number): number[] {
  let state = seed * 2654435761 + 12345
  return Array.from({ length: count }, () => {
    state = (state * 1664525 + 1013904223) % 4294967296
    return (state / 4294967296) * 4 - 2
  })
}

/** Whether two lists agree to a relative tolerance of the largest value. */
export function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0)
}
