import { type CallOptions, type Json, NegError, type Tensor, tensor } from '@neg/core'
import type { Level } from '@neg/core/guidance'
import type { LazySession } from '../session/lazy-session'
import type { Signature } from '../session/session'
import { infoOf, toFloats, toValue } from '../session/value'

/** ∇_x log p(target | x) by a network of the model folder. */
export type Gradient = (
  input: { readonly x: Tensor; readonly level: Level; readonly target: Json },
  options: CallOptions,
) => Promise<Tensor>

/** `{"glasses": -1, "beard": 1}` as the network's target vector. @throws `guidance-option-invalid` */
function targetVector(target: Json, attributes: readonly string[]): Float32Array {
  const refuse = (why: string) =>
    new NegError(
      'guidance-option-invalid',
      `The target of the latent classifier ${why}. Expected is {"attribute": 1 or -1, …} with attributes of ` +
        `${attributes.join(', ')}.`,
      { where: 'target' },
    )
  if (typeof target !== 'object' || target === null || Array.isArray(target)) throw refuse('is no object')
  const vector = new Float32Array(attributes.length)
  for (const [name, sign] of Object.entries(target)) {
    const index = attributes.indexOf(name)
    if (index < 0) throw refuse(`names '${name}', which it does not know`)
    if (sign !== 1 && sign !== -1) throw refuse(`has ${JSON.stringify(sign)} for '${name}'`)
    vector[index] = sign
  }
  return vector
}

/**
 * The folder part `latent_classifier`: inputs `sample`, `timestep`, `target` (−1, 0, 1 an attribute), output `gradient`
 * of Σ log p with respect to `sample`.
 */
export function latentClassifier(
  signature: Signature,
  attributes: readonly string[],
  session: LazySession,
  where: string,
): Gradient {
  const [sample, timestep, target] = ['sample', 'timestep', 'target'].map((name) =>
    infoOf(signature.inputs, name, where),
  )
  const gradient = infoOf(signature.outputs, 'gradient', where)
  return async ({ x, level, target: wanted }, options) => {
    const vector = targetVector(wanted, attributes)
    const size = sample.shape.slice(1)
    if (size.some((n, i) => typeof n === 'number' && n !== x.shape[i])) {
      throw new NegError(
        'size-invalid',
        `${where} takes latents of [${size}]; this picture's are [${x.shape}]. Use the size that the model was trained at.`,
        { where: 'width' },
      )
    }
    const feeds = {
      sample: toValue(x.data, sample.type, [1, ...x.shape]),
      timestep: toValue(Float32Array.of(level.t), timestep.type, timestep.shape.length === 0 ? [] : [1]),
      target: toValue(vector, target.type, [1, vector.length]),
    }
    const answer = (await session.run(feeds, options))[gradient.name]
    return tensor(toFloats(answer).slice(), x.shape)
  }
}
