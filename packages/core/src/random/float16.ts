const smallestNormal = 2 ** -14
const largest = 65504

/** The nearest IEEE half-precision number (ties to even), as a JavaScript number; the value passes through float32 first, as in torch. */
export function roundFloat16(value: number): number {
  const x = Math.fround(value)
  const size = Math.abs(x)
  if (size === 0 || !Number.isFinite(x)) return x
  const ulp = size < smallestNormal ? 2 ** -24 : 2 ** (Math.floor(Math.log2(size)) - 10)
  const scaled = size / ulp
  const floor = Math.floor(scaled)
  const rest = scaled - floor
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
  const result = rounded * ulp
  return Math.sign(x) * (result > largest ? Number.POSITIVE_INFINITY : result)
}
