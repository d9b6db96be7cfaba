/** One Gaussian of a mixture: isotropic, and what a prompt can call it. */
export interface MixtureComponent {
  /** Words that a prompt may use for it. */
  readonly tags: readonly string[]
  readonly mean: ArrayLike<number>
  readonly deviation: number
  /** Share in the mixture; shares need not add up to 1. */
  readonly weight: number
}

/** A component's share under a condition. */
export type Shares = readonly number[]

/** Where the noisy density is asked for: x = α x0 + σ n. */
export interface NoiseLevel {
  readonly alpha: number
  readonly sigma: number
}

/** The density of x_t, its gradient, and how probable each component is given x_t; float64. */
export interface NoisyDensity {
  readonly logDensity: number
  /** ∇_x log p_t(x) */
  readonly score: Float64Array
  readonly responsibilities: readonly number[]
}

/**
 * p_t(x) = Σ_k w_k N(x; α m_k, (α² s_k² + σ²) I), exactly: what a perfect network would know.
 * @param shares w_k up to a factor; a component of share 0 does not exist.
 */
export function noisyDensity(
  components: readonly MixtureComponent[],
  shares: Shares,
  x: ArrayLike<number>,
  { alpha, sigma }: NoiseLevel,
): NoisyDensity {
  const n = x.length
  const variances = components.map(({ deviation }) => (alpha * deviation) ** 2 + sigma ** 2)
  const logs = components.map(({ mean }, k) => {
    if (!(shares[k] > 0)) return Number.NEGATIVE_INFINITY
    let square = 0
    for (let i = 0; i < n; i++) square += (x[i] - alpha * mean[i]) ** 2
    return Math.log(shares[k]) - square / (2 * variances[k]) - (n / 2) * Math.log(2 * Math.PI * variances[k])
  })
  const total = Math.log(shares.reduce((sum, share) => sum + Math.max(share, 0), 0))
  const largest = Math.max(...logs)
  const sum = logs.reduce((acc, log) => acc + Math.exp(log - largest), 0)
  const responsibilities = logs.map((log) => Math.exp(log - largest) / sum)
  const score = new Float64Array(n)
  components.forEach(({ mean }, k) => {
    if (responsibilities[k] === 0) return
    const pull = responsibilities[k] / variances[k]
    for (let i = 0; i < n; i++) score[i] -= pull * (x[i] - alpha * mean[i])
  })
  return { logDensity: largest + Math.log(sum) - total, score, responsibilities }
}

/** The words of a text that some component knows. */
export function knownWords(components: readonly MixtureComponent[], text: string): string[] {
  const known = new Set(components.flatMap(({ tags }) => tags))
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => known.has(word))
}

/** The shares under a text: of the components that have every word of it that is known. No word: all of them. */
export function sharesOf(components: readonly MixtureComponent[], text: string | null): number[] {
  const words = knownWords(components, text ?? '')
  return components.map(({ tags, weight }) => (words.every((word) => tags.includes(word)) ? weight : 0))
}
