import { type CallOptions, type Pixels, type Tensor, tensor } from '@neg/core'
import type { VaeConfig } from '../folder/vae-config'
import type { LazySession } from '../session/lazy-session'
import type { Signature } from '../session/session'
import { toFloats, type ValueInfo } from '../session/value'
import { inRows } from './in-rows'
import { toPixels } from './pixels'
import { toVae } from './scaling'
import { inTiles, type Tiling } from './tiles'

/** Latents [C, h, w] of the denoising loop to a picture. */
export type Decode = (latents: Tensor, options: CallOptions) => Promise<Pixels>

/** The output that holds the picture, whatever it is called: the first of rank 4, else the first. */
const pictureOf = (outputs: readonly ValueInfo[]): ValueInfo =>
  outputs.find(({ shape }) => shape.length === 4) ?? outputs[0]

/** @param tiling for pictures that are too large to be decoded whole; default every picture whole */
export function vaeDecoder(signature: Signature, config: VaeConfig, session: LazySession, tiling?: Tiling): Decode {
  const [input] = signature.inputs
  const output = pictureOf(signature.outputs)
  return async (latents, options) => {
    const decode = async ({ data, shape }: Tensor): Promise<Tensor> => {
      const feeds = { [input.name]: inRows(data, input, shape) }
      const answer = (await session.run(feeds, options))[output.name]
      const [rows, ...size] = answer.shape
      const values = toFloats(answer)
      return tensor(values.subarray(0, values.length / rows), size)
    }
    const scaled = toVae(latents, config)
    const edge = Math.max(...scaled.shape.slice(1)) * config.pixelsPer
    const tiled = tiling && edge > tiling.above
    return toPixels(tiled ? await inTiles(scaled, tiling.cells, tiling.size, decode) : await decode(scaled))
  }
}
