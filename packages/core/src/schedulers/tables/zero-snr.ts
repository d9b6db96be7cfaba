import { cumulativeAlphas } from './alphas-cumprod'

const { fround } = Math

/** βs rescaled so that √ᾱ ends at exactly 0 and starts where it did (Lin et al. 2023, algorithm 1). */
export function rescaleToZeroSnr(betas: readonly number[]): number[] {
  const roots = cumulativeAlphas(betas).map((a) => fround(Math.sqrt(a)))
  const [first, last] = [roots[0], roots[roots.length - 1]]
  const scale = fround(first / fround(first - last))
  const alphaBars = roots.map((root) => fround(fround(fround(root - last) * scale) ** 2))
  return alphaBars.map((a, i) => fround(1 - (i === 0 ? a : fround(a / alphaBars[i - 1]))))
}
