const floats = new Float32Array(1)
const bits = new Uint32Array(floats.buffer)

/** IEEE half-precision bits of a number: ties to even, overflow to infinity. */
function halfBits(value: number): number {
  floats[0] = value
  const [x] = bits
  const sign = (x >>> 16) & 0x8000
  const magnitude = x & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00
  if (magnitude >= 0x47800000) return sign | 0x7c00
  if (magnitude < 0x38800000) {
    // Subnormal: adding 0.5 lines the mantissa up with float16's smallest step, 2⁻²⁴, and rounds it as float32 does.
    floats[0] = Math.abs(value) + 0.5
    return sign | (bits[0] - 0x3f000000)
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1)
  return sign | ((rounded - 0x38000000) >>> 13)
}

/** The number that half-precision bits stand for. */
function halfValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >>> 10) & 31
  const fraction = half & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/**
 * The nearest IEEE half-precision number (ties to even), as a JavaScript number; the value passes through float32 first, as in
 * torch.
 */
export const roundFloat16 = (value: number): number => halfValue(halfBits(value))

/** float32 to half-precision bits. */
export const toFloat16 = (values: Float32Array): Uint16Array => Uint16Array.from(values, halfBits)

let table: Float32Array | undefined

/** Half-precision bits to float32, by a table of all 65,536. */
export function fromFloat16(halves: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 65_536 }, (_, half) => halfValue(half))
  const values = new Float32Array(halves.length)
  for (let i = 0; i < values.length; i++) values[i] = table[halves[i]]
  return values
}
