import { NegError } from '../errors/neg-error'

/** A kernel distance with its 95 % interval. @experimental */
export interface KernelDistance {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The polynomial kernel (⟨x, y⟩/d + 1)³ of two feature vectors of d values. */
function kernel(x: Float32Array, y: Float32Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i]
  return (sum / x.length + 1) ** 3
}

/**
 * Kernel inception distance of two sets of pictures by their features: the unbiased estimate of the squared maximum mean discrepancy under
 * the kernel (⟨x, y⟩/d + 1)³. 0 where both are drawn alike (single estimates may fall below), larger the more they differ.
 * Any features do; distances under different ones don't compare.
 *
 * The interval is the jackknife's over groups of `pictures` (left out one group at a time): what differs between pictures
 * that belong together, as those of one seed, is no independent evidence. `truth` counts as given.
 *
 * @param pictures feature vectors of the pictures that are judged, at least two
 * @param truth feature vectors of what they should look like, at least two of the same length
 * @param groups for each of `pictures` what it belongs to; default each alone
 * @throws `option-invalid` for too few vectors, vectors of different lengths, or groups of another number
 * @see Bińkowski et al. 2018 (arXiv 1801.01401)
 * @experimental
 */
export function kernelDistance(
  pictures: readonly Float32Array[],
  truth: readonly Float32Array[],
  groups: readonly (string | number)[] = pictures.map((_, i) => i),
): KernelDistance {
  check(pictures, truth, groups)
  const names = [...new Set(groups)]
  const group = groups.map((name) => names.indexOf(name))
  const sizes = names.map((_, g) => group.filter((own) => own === g).length)
  // Sums of the kernel within and between groups, and from each group to the truth: leaving one out is a subtraction.
  const among = names.map(() => new Float64Array(names.length))
  const across = new Float64Array(names.length)
  pictures.forEach((x, i) => {
    for (let j = 0; j < i; j++) {
      const k = kernel(x, pictures[j])
      among[group[i]][group[j]] += k
      among[group[j]][group[i]] += k
    }
    for (const y of truth) across[group[i]] += kernel(x, y)
  })
  let own = 0
  for (let i = 0; i < truth.length; i++) for (let j = 0; j < i; j++) own += 2 * kernel(truth[i], truth[j])
  const ownMean = own / (truth.length * (truth.length - 1))

  const total = (values: ArrayLike<number>) => Array.prototype.reduce.call(values, (a, b) => a + b, 0) as number
  const inside = total(among.map(total))
  const outside = total(across)
  const estimate = (left: number, sum: number, cross: number) =>
    sum / (left * (left - 1)) + ownMean - (2 * cross) / (left * truth.length)
  const value = estimate(pictures.length, inside, outside)
  // Where one group holds nearly all, what is left without it says nothing.
  const without = names.flatMap((_, g) => {
    const left = pictures.length - sizes[g]
    return left < 2 ? [] : [estimate(left, inside - 2 * total(among[g]) + among[g][g], outside - across[g])]
  })
  const n = without.length
  if (n < 2) return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  const mean = total(without) / n
  const variance = ((n - 1) / n) * total(without.map((one) => (one - mean) ** 2))
  const half = 1.96 * Math.sqrt(variance)
  return { value, low: value - half, high: value + half }
}

function check(pictures: readonly Float32Array[], truth: readonly Float32Array[], groups: readonly unknown[]): void {
  const refuse = (message: string) => new NegError('option-invalid', message)
  if (pictures.length < 2 || truth.length < 2) {
    throw refuse(
      `A kernel distance needs two feature vectors on each side at least; there are ${pictures.length} and ${truth.length}.`,
    )
  }
  const size = pictures[0].length
  const odd = [...pictures, ...truth].find(({ length }) => length !== size)
  if (odd) throw refuse(`Feature vectors must be of one length; there are ${size} and ${odd.length} values.`)
  if (groups.length !== pictures.length) {
    throw refuse(`Each of the ${pictures.length} pictures needs its group; ${groups.length} are given.`)
  }
}
