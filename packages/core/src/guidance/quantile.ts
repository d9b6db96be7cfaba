/** The q-quantile of |values|, q in [0, 1], interpolated linearly between order statistics as torch's `quantile`. */
export function absoluteQuantile(values: Float32Array, q: number): number {
  const sorted = Float32Array.from(values, Math.abs).sort()
  const at = q * (sorted.length - 1)
  const low = Math.floor(at)
  const high = Math.min(low + 1, sorted.length - 1)
  return sorted[low] + (at - low) * (sorted[high] - sorted[low])
}
