import { NegError } from '../errors/neg-error'
import type { Condition, Pass } from '../guidance/condition'
import type { GuidanceStep, StepView } from '../guidance/step'
import { effectiveTerms, type Term } from '../guidance/terms'
import type { Json } from '../json/json'
import type { DiffusionModel } from '../model/diffusion-model'
import { convert, type Prediction, type Space } from '../prediction/prediction'
import type { Transition } from '../schedulers/scheduler'
import { combine } from '../tensor/arithmetic'
import { type Tensor, zeros } from '../tensor/tensor'
import type { Memory } from './memory'
import type { Passes } from './passes'
import type { RandomStreams } from './random-streams'

/** What a guidance step stands on. */
export interface EvaluationContext {
  readonly view: StepView<string>
  readonly x: Tensor
  readonly signal: AbortSignal
  readonly passes: Passes
  readonly memory: Memory
  readonly streams: RandomStreams
  readonly model: DiffusionModel
  /** The space the network predicts in: what `any` means. */
  readonly networkSpace: Space
  readonly transition?: Transition
}

const isPass = (asked: Condition | Pass): asked is Pass => 'condition' in asked

/** The network's predictions, in a space. */
async function predict(
  context: EvaluationContext,
  space: Space,
  asked: readonly (Condition | Pass)[],
): Promise<Prediction[]> {
  const { passes } = context
  const predictions = await Promise.all(asked.map((one) => passes.predict(isPass(one) ? one : { condition: one })))
  return predictions.map((prediction) => convert(prediction, space))
}

/** The space that a guidance's predictions come in. */
const spaceOf = (context: EvaluationContext, space: Space | 'any'): Space =>
  space === 'any' ? context.networkSpace : space

/** Σ coefficient × prediction; a coefficient that is zero up to rounding runs nothing. */
export async function linear(
  context: EvaluationContext,
  asked: Space | 'any',
  terms: readonly Term[],
): Promise<Prediction> {
  const { view, x } = context
  const space = spaceOf(context, asked)
  const needed = effectiveTerms(terms)
  const conditions = needed.map(([condition]) => condition)
  const predictions = await predict(context, space, conditions)
  if (needed.length === 1 && needed[0][1] === 1) return predictions[0]
  const value =
    needed.length === 0 ? zeros(x.shape) : combine(predictions.map((p, i) => [p.value, needed[i][1]] as const))
  return { space, value, x, level: view.level }
}

/** The whole step that a guidance is handed, in its space and with its own memory. */
export function guidanceStep(context: EvaluationContext, space: Space | 'any', scope = ''): GuidanceStep<string> {
  const { view, x, signal, memory, streams, model, transition } = context

  return {
    ...view,
    x,
    signal,
    predict: ((...asked: (Condition | Pass)[]) =>
      predict(context, spaceOf(context, space), asked)) as GuidanceStep['predict'],
    linear: (terms) => linear(context, space, terms),
    memory: (key, initial) => memory.cell(`${scope}${key}`, initial, view.evaluation === 0),
    scope: (name, inner = space) => guidanceStep(context, inner, `${scope}${name}/`),
    gradient: async (name: string, target: Json) => {
      if (!model.gradient) throw new NegError('guidance-unsupported', `${model.info.id} has no gradient '${name}'.`)
      return model.gradient(name, { x, level: view.level, target }, { signal })
    },
    noise: (key) => streams.guidance(`${scope}${key}/${view.step}/${view.evaluation}`),
    ...(transition ? { transition } : {}),
  }
}
