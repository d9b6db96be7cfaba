import { type CallOptions, NegError, type Pixels } from '@neg/core'
import type { LazySession } from '../session/lazy-session'
import type { Signature } from '../session/session'
import { infoOf, toFloats, toValue } from '../session/value'
import { fromPixels } from '../vae/pixels'

/** Probability of each attribute in a picture. */
export type Classify = (image: Pixels, options?: CallOptions) => Promise<Record<string, number>>

/** The folder part `image_classifier`: input `pixels` in [−1, 1], output `logits`, one an attribute. */
export function imageClassifier(
  signature: Signature,
  attributes: readonly string[],
  session: LazySession,
  where: string,
): Classify {
  const pixels = infoOf(signature.inputs, 'pixels', where)
  const logits = infoOf(signature.outputs, 'logits', where)
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
    return Object.fromEntries(attributes.map((name, i) => [name, 1 / (1 + Math.exp(-values[i]))]))
  }
}
