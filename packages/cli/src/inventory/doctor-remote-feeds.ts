import { NegError } from '@neg/core'
import { type Session, toValue, type Value, type ValueInfo } from '@neg/onnx'

/** What a step of a denoiser is made of. */
export interface StepSize {
  /** Passes of a step: the prompt, and a negative or the null. */
  readonly rows: number
  /** Cells of the latents. */
  readonly height: number
  readonly width: number
  /** Tokens of the conditioning. */
  readonly tokens: number
}

/** Where a network leaves a size free that only its model's config has: Stable Diffusion 1's. */
const freeSizes: Readonly<Record<string, number>> = { channels: 4, text: 768, pooled: 1280, ids: 6, guidance: 256 }

const free = (size: number | string | undefined, name: string): number =>
  typeof size === 'number' ? size : freeSizes[name]

function shapeOf({ name, shape }: ValueInfo, { rows, height, width, tokens }: StepSize): readonly number[] {
  switch (name) {
    case 'sample':
      return [rows, free(shape[1], 'channels'), height, width]
    case 'timestep':
      return shape.length === 0 ? [] : [shape[0] === 1 ? 1 : rows]
    case 'encoder_hidden_states':
      return [rows, tokens, free(shape[2], 'text')]
    case 'text_embeds':
      return [rows, free(shape[1], 'pooled')]
    case 'time_ids':
      return [rows, free(shape[1], 'ids')]
    case 'timestep_cond':
      return [rows, free(shape[1], 'guidance')]
  }
  throw new NegError(
    'model-unsupported',
    `The server's UNet takes '${name}', which text-to-image runs have no values for.`,
    {
      where: name,
    },
  )
}

/** Inputs of one step, as many bytes as a real one's: the same latent in every row, a text of its own in each. */
export function stepFeeds({ inputs }: Session, size: StepSize, step: number): Record<string, Value> {
  return Object.fromEntries(
    inputs.map((info) => {
      const shape = shapeOf(info, size)
      const count = shape.reduce((product, n) => product * n, 1)
      const value = (i: number): number => {
        if (info.name === 'timestep') return 999 - step
        if (info.name === 'sample') return Math.sin(step + (i % (count / size.rows)))
        return Math.sin(i) / 4
      }
      return [
        info.name,
        toValue(
          Float32Array.from({ length: count }, (_, i) => value(i)),
          info.type,
          shape,
        ),
      ]
    }),
  )
}
