const { fround } = Math

/** Of x − 1: P/Q is log(1 + y) between √½ and √2, lowest power first. */
const numerator = [0, 1, 2.1126776, 1.4800006, 0.38088378, 0.025899792].map(fround)
const denominator = [1, 2.6126776, 2.453006, 0.9864943, 0.15464763, 0.0058750953].map(fround)
const ln2 = fround(Math.LN2)
const root2 = fround(Math.SQRT2)

/** A product and a sum, rounded once. */
const fused = (a: number, b: number, c: number): number => fround(a * b + c)
const polynomial = (coefficients: readonly number[], y: number): number =>
  coefficients.reduceRight((sum, coefficient) => fused(sum, y, coefficient))

/**
 * The natural logarithm of a positive float32, to the bit as numpy has it for float32 on x86-64: one value in ten differs
 * in the last bit from the logarithm rounded, and whether a timestep is cut to 999 or 998 hangs on it.
 */
export function float32Log(x: number): number {
  let exponent = Math.floor(Math.log2(x))
  let mantissa = x / 2 ** exponent
  if (mantissa >= 2) {
    exponent++
    mantissa /= 2
  } else if (mantissa < 1) {
    exponent--
    mantissa *= 2
  }
  if (mantissa > root2) {
    exponent++
    mantissa /= 2
  }
  const y = fround(mantissa - 1)
  return fused(exponent, ln2, fround(polynomial(numerator, y) / polynomial(denominator, y)))
}
