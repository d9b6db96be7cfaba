import * as z from 'zod'

/** What a model asks of a GPU, as far as it shows before any weight is downloaded. */
export interface ModelNeeds {
  /** Bytes of the largest buffer that one row takes: attention over the largest level that has it. */
  readonly largestBuffer: number
  /** What that buffer is, for people. */
  readonly largestBufferIs: string
  /** Arithmetic in half precision. */
  readonly halfPrecision: boolean
}

const numbers = z.union([z.number(), z.array(z.number())])
const schema = z.looseObject({
  sample_size: numbers.nullish(),
  block_out_channels: z.array(z.number()).nullish(),
  down_block_types: z.array(z.string()).nullish(),
  attention_head_dim: numbers.nullish(),
  num_attention_heads: numbers.nullish(),
})

const each = (value: number | readonly number[], i: number): number => (typeof value === 'number' ? value : value[i])

/**
 * Reads the needs from `unet/config.json`. Self-attention of heads × (h·w)² float32 numbers is the largest buffer of a
 * UNet. (`attention_head_dim` of Stable Diffusion is the number of heads, as diffusers reads it.)
 */
export function modelNeeds(unetConfig: unknown, dtype: string): ModelNeeds {
  const config = schema.parse(unetConfig)
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
  return {
    largestBuffer: heads * cells ** 2 * 4,
    largestBufferIs: `self-attention of ${heads} heads over ${cells} latent cells`,
    halfPrecision: /f(p)?16$/.test(dtype),
  }
}
