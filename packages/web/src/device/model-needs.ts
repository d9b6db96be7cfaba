import { NegError } from '@neg/core'
import type { AttentionOption } from '@neg/onnx'
import * as z from 'zod'

/** Scores of one slice of queries at most, as `@neg/onnx` cuts them. */
const sliceBytes = 2 ** 25

/** What a model asks of a GPU, as far as it shows before any weight is downloaded. */
export interface ModelNeeds {
  /** Bytes of the largest buffer that one row takes: attention over the largest level that has it. */
  readonly largestBuffer: number
  /** What that buffer is, for people. */
  readonly largestBufferIs: string
  /** Arithmetic in half precision. */
  readonly halfPrecision: boolean
}

const size = z.int().min(1)
const sizes = z.union([size, z.array(size).min(1)])
const schema = z.looseObject({
  sample_size: z.union([size, z.tuple([size, size])]).nullish(),
  block_out_channels: z.array(size).min(1).nullish(),
  down_block_types: z.array(z.string()).nullish(),
  attention_head_dim: sizes.nullish(),
  num_attention_heads: sizes.nullish(),
})

/** Of a level; the last given holds for those after it. */
const each = (value: number | readonly number[], i: number): number =>
  typeof value === 'number' ? value : value[Math.min(i, value.length - 1)]

/**
 * Reads the needs from `unet/config.json`. Self-attention of heads × (h·w)² float32 numbers is the largest buffer of a
 * UNet as exported; otherwise no layer's scores stand whole. (`attention_head_dim` of Stable Diffusion is the number of heads, as
 * diffusers reads it.)
 *
 * @param name The model's, for the message
 * @throws `model-file-malformed` naming the key
 */
export function modelNeeds(
  unetConfig: unknown,
  dtype: string,
  attention: AttentionOption,
  name = 'the model',
): ModelNeeds {
  const parsed = schema.safeParse(unetConfig)
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues
    throw new NegError(
      'model-file-malformed',
      `unet/config.json of ${name} is refused. ${path.join('.')}: ${message}.`,
      {
        where: 'unet/config.json',
        cause: parsed.error,
      },
    )
  }
  const config = parsed.data
  const levels = config.block_out_channels?.length ?? 4
  const types = config.down_block_types ?? []
  const level = Math.max(
    0,
    types.findIndex((type) => type.includes('Attn')),
  )
  const heads = each(config.num_attention_heads ?? config.attention_head_dim ?? 8, Math.min(level, levels - 1))
  const sample = config.sample_size ?? 64
  const [h, w] = typeof sample === 'number' ? [sample, sample] : sample
  const cells = Math.ceil(h / 2 ** level) * Math.ceil(w / 2 ** level)
  const whole = heads * cells ** 2 * 4
  return {
    largestBuffer: attention === 'exported' ? whole : Math.min(whole, sliceBytes),
    largestBufferIs: `self-attention of ${heads} heads over ${cells} latent cells`,
    halfPrecision: /f(p)?16$/.test(dtype),
  }
}
