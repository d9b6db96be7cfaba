import { NegError } from '../errors/neg-error'
import type { Condition, Pass } from '../guidance/condition'
import type { GuidanceStep, StepView } from '../guidance/step'
import { effectiveTerms } from '../guidance/terms'
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
export interface StepGround {
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

/** The whole step that a guidance is handed, in its space and with its own memory. */
export function guidanceStep(ground: StepGround, space: Space | 'any', scope = ''): GuidanceStep<string> {
  const { view, x, signal, passes, memory, streams, model, transition } = ground
  const own = space === 'any' ? ground.networkSpace : space

  const predictOne = async (asked: Condition | Pass): Promise<Prediction> =>
    convert(await passes.predict(isPass(asked) ? asked : { condition: asked }), own)

  return {
    ...view,
    x,
    signal,
    predict: (async (...asked: (Condition | Pass)[]) => Promise.all(asked.map(predictOne))) as GuidanceStep['predict'],
    linear: async (terms) => {
      const needed = effectiveTerms(terms)
      const predictions = await Promise.all(needed.map(([condition]) => predictOne(condition)))
      if (needed.length === 1 && needed[0][1] === 1) return predictions[0]
      const value =
        needed.length === 0 ? zeros(x.shape) : combine(predictions.map((p, i) => [p.value, needed[i][1]] as const))
      return { space: own, value, x, level: view.level }
    },
    memory: (key, initial) => memory.cell(`${scope}${key}`, initial, view.evaluation === 0),
    scope: (name, inner = space) => guidanceStep(ground, inner, `${scope}${name}/`),
    gradient: async (name: string, target: Json) => {
      if (!model.gradient) throw new NegError('guidance-unsupported', `${model.info.id} has no gradient '${name}'.`)
      return model.gradient(name, { x, level: view.level, target }, { signal })
    },
    noise: (key) => streams.guidance(`${scope}${key}/${view.step}/${view.evaluation}`),
    ...(transition ? { transition } : {}),
  }
}
