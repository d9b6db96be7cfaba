/**
 * The logarithm, sine and cosine of torch's vectorised normal kernel, to the bit: Cephes' single-precision polynomials
 * (Moshier 1992, `logf`, `sinf`, `cosf`), each step rounded to float32, products and sums fused where the kernel's are.
 */
const { fround } = Math

/** a b + c rounded once: the product of two float32 is exact in float64. */
const fma = (a: number, b: number, c: number): number => fround(a * b + c)

/** Σ c_k x^(n − k), by Horner's scheme. A loop that calls nothing: there are some for every number drawn. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = coefficients[0]
  for (let k = 1; k < coefficients.length; k++) sum = fround(sum * x + coefficients[k])
  return sum
}

const logCoefficients = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
].map(fround)
const sineCoefficients = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(fround)
const cosineCoefficients = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(fround)
/** ln 2 and π/4 in parts that float32 multiplies exactly. */
const [ln2Low, ln2High] = [fround(-2.1219444e-4), 0.693359375]
const [quarterTurn0, quarterTurn1, quarterTurn2] = [-0.78515625, -2.4187564849853516e-4, -3.774894977445941e-8].map(
  fround,
)
const fourOverPi = fround(4 / Math.PI)
const squareRootOfHalf = fround(Math.SQRT1_2)

/** One float32, and its bits. */
const number = new Float32Array(1)
const bits = new Int32Array(number.buffer)

/** ln x of a normal float32 x in (0, 1]. */
export function logFloat32(x: number): number {
  // x = mantissa 2^exponent, the mantissa in [1/2, 1)
  number[0] = x
  let exponent = (bits[0] >>> 23) - 126
  bits[0] = (bits[0] & 0x7f_ffff) | 0x3f00_0000
  let mantissa = number[0]
  if (mantissa < squareRootOfHalf) {
    exponent--
    mantissa *= 2
  }
  const m = mantissa - 1
  const z = fround(m * m)
  const cubic = fround(polynomial(logCoefficients, m) * m)
  const y = fma(z, -0.5, fma(cubic, z, fround(exponent * ln2Low)))
  return fma(exponent, ln2High, fround(m + y))
}

/** [sin θ, cos θ] of a float32 θ ≥ 0. */
export function sinCosFloat32(theta: number): [sine: number, cosine: number] {
  const octant = (Math.trunc(fround(theta * fourOverPi)) + 1) & ~1
  const x = fma(octant, quarterTurn2, fma(octant, quarterTurn1, fma(octant, quarterTurn0, theta)))
  const z = fround(x * x)
  const cosine = fround(fma(fround(polynomial(cosineCoefficients, z) * z), z, -fround(z * 0.5)) + 1)
  const sine = fma(fround(polynomial(sineCoefficients, z) * z), x, x)
  const s = octant & 2 ? cosine : sine
  const c = octant & 2 ? sine : cosine
  return [octant & 4 ? -s : s, (octant + 2) & 4 ? -c : c]
}
