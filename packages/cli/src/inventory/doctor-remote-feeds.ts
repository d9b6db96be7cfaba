import { NegError, tensor } from '@neg/core'
import type { Session, Value } from '@neg/onnx'
import type { ResolvedRow } from '@neg/onnx/denoiser'
import { architectureOf } from '@neg/onnx/internal'

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

/** Latent channels where a network leaves them free: Stable Diffusion 1's. */
const usualChannels = 4

const waves = (shape: readonly number[], from: number, scale: number) => {
  const count = shape.reduce((product, n) => product * n, 1)
  return tensor(
    Float32Array.from({ length: count }, (_, i) => Math.sin(from + i) * scale),
    shape,
  )
}

/**
 * Inputs of one step, as many bytes as a real one's: the same latent in every row, a text of its own in each.
 * @throws `model-unsupported` for what is no denoiser that neg draws with
 */
export function stepFeeds({ inputs, outputs }: Session, size: StepSize, step: number): Record<string, Value> {
  const names = inputs.map(({ name }) => name)
  const architecture = architectureOf(names)
  if (!architecture) {
    throw new NegError(
      'model-unsupported',
      `The server's model takes ${names.join(', ')}: it is no denoiser that text-to-image runs have values for.`,
    )
  }
  const denoiser = architecture.describe({ inputs, outputs }, "the server's model")
  const latents = waves([denoiser.channels || usualChannels, size.height, size.width], step, 1)
  const shapes = Object.entries(denoiser.textShapes(size.tokens))
  const rows = Array.from({ length: size.rows }, (_, at): ResolvedRow => {
    const texts = Object.fromEntries(shapes.map(([name, shape]) => [name, waves(shape, 100 * at, 1 / 4)]))
    const conditioning = {
      id: String(at),
      prompt: { text: '' },
      words: [],
      length: size.tokens,
      warnings: [],
      release() {},
    }
    return {
      row: { picture: '', input: latents, t: 999 - step, conditioning, guidanceInput: 7.5 },
      embedding: { inputs: texts, text: texts[architecture.inputs.text] },
    }
  })
  return denoiser.feeds(rows)
}
