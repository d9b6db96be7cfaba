import * as z from 'zod'
import { scalarAt, scalarSchema } from '../recipe/scalar'
import { lerp, standardDeviation } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { definePlugin } from './guidance'
import { pairGuidance } from './pair-guidance'
import { absoluteQuantile } from './quantile'

interface Fix {
  readonly percentile: number
  readonly measure: 'absolute' | 'deviation'
  readonly center: 'mean' | 'zero'
}

/** Values around their mean. */
function centred(values: Float32Array): { mean: number; around: Float32Array } {
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / values.length
  return { mean, around: values.map((value) => value - mean) }
}

/** The high scale's values with the extent of the low scale's: the formula of `mimic` for one channel. */
function fixed(hi: Float32Array, lo: Float32Array, { percentile, measure, center }: Fix): Float32Array {
  const { mean, around: h } = centred(hi)
  const { around: l } = centred(lo)
  const extent = (values: Float32Array, p: number) =>
    measure === 'absolute' ? absoluteQuantile(values, p) : standardDeviation(of(values))
  const [own, wanted] = [extent(h, percentile), extent(l, 1)]
  if (own === 0) return hi
  if (center === 'zero') return hi.map((value) => (value * wanted) / own)
  if (measure === 'deviation') return h.map((value) => (value * wanted) / own + mean)
  const bound = Math.max(wanted, own)
  return h.map((value) => (Math.min(Math.max(value, -bound), bound) * wanted) / bound + mean)
}

const of = (data: Float32Array): Tensor => ({ data, shape: [data.length] })

/**
 * Dynamic thresholding in its mimic form ("CFG scale fix"): the guidance of a high scale with the extent of a lower one, per
 * channel, around the channel's mean.
 *
 *   hi = d_b + s⁺ (d_y − d_b);   lo = d_b + m (d_y − d_b);   h, l = hi, lo less their means
 *   absolute:  ρ = max|l|, κ = max(ρ, quantile_p|h|);   clip(h, −κ, κ) ρ/κ + mean(hi)
 *   deviation: h std(l)/std(h) + mean(hi);   `center: 'zero'`: hi · spread(l)/spread(h)
 *   d = φ (…) + (1 − φ) hi
 *
 * In x0. Where m ≥ s⁺ it changes nothing or strengthens: it is meant for scales above m. A curve as `mimicScale` stands for
 * the reference's schedules; the recipe's scale may be one too.
 *
 * Passes: 2 (3 where a negative's strength is not the usual one); 1 at s⁺ = 1.
 */
export const mimic = definePlugin({
  name: 'mimic',
  version: '1',
  summary: 'A high scale with the contrast of a lower one ("CFG scale fix").',
  formula: 'hi clipped and scaled, per channel, to the extent of lo = d_b + m (d_y − d_b)',
  source: 'mcmonkeyprojects/sd-dynamic-thresholding',
  options: z.strictObject({
    mimicScale: scalarSchema.default(7).describe('m: the scale whose contrast is kept; a number or a curve'),
    percentile: z.number().min(0).max(1).default(1).describe('p: values beyond this quantile are clipped (absolute)'),
    measure: z
      .enum(['absolute', 'deviation'])
      .default('absolute')
      .describe('what is compared: largest values, or deviations'),
    center: z.enum(['mean', 'zero']).default('mean').describe("scale around each channel's mean, or around zero"),
    perChannel: z.boolean().default(true).describe('each channel by itself, or all together'),
    phi: z.number().min(0).max(1).default(1).describe('φ: how much of it'),
  }),
  wraps: 0,
  create: ({ mimicScale, perChannel, phi, ...fix }) =>
    pairGuidance('x0', (y, b, { scale, progress }) => {
      const hi = lerp(b, y, scale)
      const lo = lerp(b, y, scalarAt(mimicScale, progress))
      const data = new Float32Array(hi.data.length)
      const size = perChannel ? data.length / hi.shape[0] : data.length
      for (let at = 0; at < data.length; at += size) {
        data.set(fixed(hi.data.subarray(at, at + size), lo.data.subarray(at, at + size), fix), at)
      }
      return lerp(hi, { data, shape: hi.shape }, phi)
    }),
})
