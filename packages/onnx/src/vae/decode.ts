import { type CallOptions, type Pixels, type Tensor, tensor } from '@neg/core'
import type { VaeConfig } from '../folder/vae-config'
import type { LazySession } from '../session/lazy-session'
import type { Signature } from '../session/session'
import { toFloats, type ValueInfo } from '../session/value'
import { inRows } from './in-rows'
import { toPixels } from './pixels'
import { toVae } from './scaling'

/** Latents [C, h, w] of the denoising loop to a picture. */
export type Decode = (latents: Tensor, options: CallOptions) => Promise<Pixels>

/** The output that holds the picture, whatever it is called: the first of rank 4, else the first. */
const pictureOf = (outputs: readonly ValueInfo[]): ValueInfo =>
  outputs.find(({ shape }) => shape.length === 4) ?? outputs[0]

export function vaeDecoder(signature: Signature, config: VaeConfig, session: LazySession): Decode {
  const [input] = signature.inputs
  const output = pictureOf(signature.outputs)
  return async (latents, options) => {
    const { data, shape } = toVae(latents, config)
    const feeds = { [input.name]: inRows(data, input, shape) }
    const answer = (await session.run(feeds, options))[output.name]
    const [rows, ...size] = answer.shape
    const values = toFloats(answer)
    return toPixels(tensor(values.subarray(0, values.length / rows), size))
  }
}
