import { type CallOptions, type Pixels, type Tensor, tensor } from '@neg/core'
import type { VaeConfig } from '../folder/vae-config'
import type { LazySession } from '../session/lazy-session'
import type { Signature } from '../session/session'
import { toFloats, toValue } from '../session/value'
import { toPixels } from './pixels'
import { toVae } from './scaling'

/** Latents [C, h, w] of the denoising loop to a picture. */
export type Decode = (latents: Tensor, options: CallOptions) => Promise<Pixels>

export function vaeDecoder(signature: Signature, config: VaeConfig, session: LazySession): Decode {
  const [input] = signature.inputs
  const [output] = signature.outputs
  return async (latents, options) => {
    const { data, shape } = toVae(latents, config)
    const answer = (await session.run({ [input.name]: toValue(data, input.type, [1, ...shape]) }, options))[output.name]
    return toPixels(tensor(toFloats(answer), answer.shape.slice(1)))
  }
}
