import * as z from 'zod'

export const curveSchema = z
  .strictObject({
    curve: z.enum(['step', 'linear', 'cosine']),
    points: z
      .array(z.tuple([z.number().min(0).max(1), z.number()]))
      .min(1)
      .describe('[progress, value], progress ascending in [0, 1]'),
  })
  .refine(({ points }) => points.every(([p], i) => i === 0 || p > points[i - 1][0]), {
    message: 'the progress of a curve’s points must ascend',
    path: ['points'],
  })

export const scalarSchema = z.union([z.number(), curveSchema])

/**
 * A number, or a named curve over progress (step / steps, in [0, 1]): before its first point and after its last it is
 * level; between two points `step` holds the earlier value, `linear` and `cosine` interpolate.
 */
export type Scalar = z.infer<typeof scalarSchema>

/** The value of a scalar at a progress in [0, 1]. */
export function scalarAt(scalar: Scalar, progress: number): number {
  if (typeof scalar === 'number') return scalar
  const { curve, points } = scalar
  const after = points.findIndex(([p]) => p > progress)
  if (after === 0) return points[0][1]
  if (after < 0) return points[points.length - 1][1]
  const [[p0, v0], [p1, v1]] = [points[after - 1], points[after]]
  const share = (progress - p0) / (p1 - p0)
  const weight = curve === 'step' ? 0 : curve === 'linear' ? share : (1 - Math.cos(Math.PI * share)) / 2
  return v0 + weight * (v1 - v0)
}
