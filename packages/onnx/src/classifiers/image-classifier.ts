import { type CallOptions, NegError, type Pixels } from '@neg/core'
import type { LazySession } from '../session/lazy-session'
import type { Signature } from '../session/session'
import { infoOf, toFloats, toValue } from '../session/value'
import { fromPixels } from '../vae/pixels'

/** What the image classifier sees in a picture. */
export interface Judgement {
  /** Probability, in [0, 1], of each attribute. */
  readonly attributes: Readonly<Record<string, number>>
  /**
   * The classifier's penultimate layer, what sets of pictures are compared by (`kernelDistance` of `@neg/core`); absent where
   * the network has no output `features`.
   */
  readonly features?: Float32Array
}

/** Judges one picture. */
export type Judge = (image: Pixels, options?: CallOptions) => Promise<Judgement>

/** Probability of each attribute in a picture. */
export type Classify = (image: Pixels, options?: CallOptions) => Promise<Record<string, number>>

/**
 * The folder part `image_classifier`: input `pixels` in [−1, 1], output `logits`, one an attribute, and `features` where it
 * gives them.
 */
export function imageClassifier(
  signature: Signature,
  attributes: readonly string[],
  session: LazySession,
  where: string,
): Judge {
  const pixels = infoOf(signature.inputs, 'pixels', where)
  const logits = infoOf(signature.outputs, 'logits', where)
  const features = signature.outputs.find(({ name }) => name === 'features')
  return async (image, options = {}) => {
    const { data, shape } = fromPixels(image)
    if (pixels.shape.slice(1).some((n, i) => typeof n === 'number' && n !== shape[i])) {
      const [, height, width] = pixels.shape.slice(1)
      throw new NegError(
        'image-mismatch',
        `${where} judges pictures of ${width} × ${height} pixels; this one is ${image.width} × ${image.height}.`,
      )
    }
    const answer = await session.run({ pixels: toValue(data, pixels.type, [1, ...shape]) }, options)
    const values = toFloats(answer[logits.name])
    return {
      attributes: Object.fromEntries(attributes.map((name, i) => [name, 1 / (1 + Math.exp(-values[i]))])),
      ...(features ? { features: toFloats(answer[features.name]).slice() } : {}),
    }
  }
}
