/**
 * The logarithm, sine and cosine of torch's vectorised normal kernel, to the bit: Cephes' single-precision polynomials
 * (Moshier 1992, `logf`, `sinf`, `cosf`), each step rounded to float32, products and sums fused where the kernel's are.
 */
const { fround } = Math

/** a b + c rounded once: the product of two float32 is exact in float64. */
const fma = (a: number, b: number, c: number): number => fround(a * b + c)

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, c) => fma(sum, x, c))

const logCoefficients = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
].map(fround)
const sineCoefficients = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(fround)
const cosineCoefficients = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(fround)
/** ln 2 and π/4 in parts that float32 multiplies exactly. */
const ln2Parts = [fround(-2.1219444e-4), 0.693359375]
const quarterTurnParts = [-0.78515625, -2.4187564849853516e-4, -3.774894977445941e-8].map(fround)
const fourOverPi = fround(4 / Math.PI)
const squareRootOfHalf = fround(Math.SQRT1_2)

/** ln x of a float32 x in (0, 1]. */
export function logFloat32(x: number): number {
  let exponent = Math.floor(Math.log2(x)) + 1
  let mantissa = x / 2 ** exponent
  if (mantissa < squareRootOfHalf) {
    exponent--
    mantissa *= 2
  }
  const m = mantissa - 1
  const z = fround(m * m)
  const cubic = fround(polynomial(logCoefficients, m) * m)
  const y = fma(z, -0.5, fma(cubic, z, fround(exponent * ln2Parts[0])))
  return fma(exponent, ln2Parts[1], fround(m + y))
}

/** [sin θ, cos θ] of a float32 θ ≥ 0. */
export function sinCosFloat32(theta: number): [sine: number, cosine: number] {
  const octant = (Math.trunc(fround(theta * fourOverPi)) + 1) & ~1
  const x = quarterTurnParts.reduce((rest, part) => fma(octant, part, rest), theta)
  const z = fround(x * x)
  const cosine = fround(fma(fround(polynomial(cosineCoefficients, z) * z), z, -fround(z * 0.5)) + 1)
  const sine = fma(fround(polynomial(sineCoefficients, z) * z), x, x)
  const [s, c] = octant & 2 ? [cosine, sine] : [sine, cosine]
  return [octant & 4 ? -s : s, (octant + 2) & 4 ? -c : c]
}
