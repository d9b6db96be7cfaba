/**
 * Curves c(p) over progress p in [0, 1] from noise to picture, each with mean 1, so that a run's guidance keeps its total.
 *
 * Source: Wang et al. 2024 (arXiv 2404.13040), whose findings favour rising ones; `beta` is β-CFG's (Malarz et al. 2025,
 * arXiv 2502.10574).
 */
export const scaleCurves = {
  constant: () => 1,
  /** Rises from 0 to 2. */
  linear: (p: number) => 2 * p,
  /** Falls from 2 to 0. */
  falling: (p: number) => 2 * (1 - p),
  /** Rises from 0 to 2, slow at both ends. */
  cosine: (p: number) => 1 - Math.cos(Math.PI * p),
  /** Falls from 2 to 0, slow at both ends. */
  sine: (p: number) => 1 + Math.cos(Math.PI * p),
  /** Λ: 0 at the ends, 2 in the middle. */
  triangle: (p: number) => 2 * (1 - Math.abs(2 * p - 1)),
  /** V: 2 at the ends, 0 in the middle. */
  valley: (p: number) => 2 * Math.abs(2 * p - 1),
} as const satisfies Record<string, (p: number) => number>

/** ln Γ(x) for x > 0 (Lanczos, g = 7; relative error below 1e-14). */
function logGamma(x: number): number {
  const c = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ]
  const y = x - 1
  const sum = c.slice(1).reduce((total, value, i) => total + value / (y + i + 1), c[0])
  const t = y + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum)
}

/** The density of the Beta(a, b) distribution at p: β-CFG's curve. (2, 2) is 6 p (1 − p). */
export function betaCurve(a: number, b: number): (p: number) => number {
  const logB = logGamma(a) + logGamma(b) - logGamma(a + b)
  return (p) => (p <= 0 || p >= 1 ? 0 : Math.exp((a - 1) * Math.log(p) + (b - 1) * Math.log(1 - p) - logB))
}

/** 1 − cos(π p^power), over its mean: rises the later the higher the power. `power: 1` is `cosine`. */
export function poweredCosine(power: number): (p: number) => number {
  const curve = (p: number) => 1 - Math.cos(Math.PI * p ** power)
  const cells = 1000
  const mean = Array.from({ length: cells }, (_, i) => curve((i + 0.5) / cells)).reduce((a, b) => a + b, 0) / cells
  return (p) => curve(p) / mean
}

/** `linear`, but never below `floor`. */
export const clampedLinear =
  (floor: number): ((p: number) => number) =>
  (p) =>
    Math.max(floor, scaleCurves.linear(p))
