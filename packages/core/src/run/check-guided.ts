import { NegError } from '../errors/neg-error'
import type { Guided, Prediction, Space } from '../prediction/prediction'
import { allFinite } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'

const spaces: ReadonlySet<string> = new Set<Space>(['eps', 'v', 'x0', 'flow'])

const isObject = (given: unknown): given is object => typeof given === 'object' && given !== null

/** What a guidance gave that is no prediction of this picture. */
function described(part: Prediction | Tensor | undefined): string {
  if (!isObject(part)) return 'no prediction'
  if ('data' in part) {
    return 'a tensor, not a prediction (withValue(prediction, tensor) makes it one)'
  }
  const { value, space } = part
  return value?.data ? `${value.data.length} values of shape [${value.shape}] in space '${space}'` : 'no prediction'
}

/**
 * Refuses what a guidance gives where it is no finite prediction of this very picture.
 *
 * @param x as the guidance was handed it
 * @throws `plugin-failed`, `prediction-not-finite`
 */
export function checkGuided(guided: Guided, x: Tensor, name: string, step: number): void {
  const where = `step ${step}`
  const parts: readonly (Prediction | undefined)[] =
    isObject(guided) && 'x0' in guided ? [guided.x0, guided.noise] : [guided as Prediction | undefined]
  for (const part of parts) {
    const data = part?.value?.data
    const shape = part?.value?.shape
    if (part && spaces.has(part.space) && data?.length === x.data.length && String(shape) === String(x.shape)) continue
    throw new NegError(
      'plugin-failed',
      `Guidance '${name}' gave ${described(part)} at step ${step}; ` +
        `expected ${x.data.length} values of shape [${x.shape}] in eps, v, x0 or flow.`,
      { where },
    )
  }
  if (parts.every((part) => part && allFinite(part.value))) return
  throw new NegError(
    'prediction-not-finite',
    `Guidance '${name}' gave NaN or infinity at step ${step}, though the network's predictions were finite.`,
    { where },
  )
}
