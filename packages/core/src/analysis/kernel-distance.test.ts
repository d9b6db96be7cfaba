import fc from 'fast-check'
import { expect, test } from 'vitest'
import { torchGenerator } from '../random/torch-generator'
import { kernelDistance } from './kernel-distance'

const sample = (seed: bigint, n: number, size: number, shift = 0): Float32Array[] => {
  const random = torchGenerator(seed)
  return Array.from({ length: n }, () => Float32Array.from(random.randn(size), (value) => value + shift))
}

test('is the unbiased estimate of the squared discrepancy, written out', () => {
  const [a, b] = [sample(1n, 4, 3), sample(2n, 5, 3, 0.5)]
  const k = (x: Float32Array, y: Float32Array) => (x.reduce((sum, value, i) => sum + value * y[i], 0) / 3 + 1) ** 3
  const mean = (xs: Float32Array[], ys: Float32Array[]) => {
    const all = xs.flatMap((x) => ys.filter((y) => y !== x).map((y) => k(x, y)))
    return all.reduce((sum, value) => sum + value, 0) / all.length
  }
  expect(kernelDistance(a, b).value).toBeCloseTo(mean(a, a) + mean(b, b) - 2 * mean(a, b), 10)
})

test('of two samples of one distribution 0 lies in the interval, of two distributions it does not', () => {
  const truth = sample(3n, 120, 8)
  const alike = kernelDistance(sample(4n, 100, 8), truth)
  expect(alike.low).toBeLessThan(0)
  expect(alike.high).toBeGreaterThan(0)
  const other = kernelDistance(sample(5n, 100, 8, 0.7), truth)
  expect(other.low).toBeGreaterThan(alike.high)
})

test('pictures that belong together are no independent evidence: repeated ones leave the interval as wide', () => {
  const truth = sample(3n, 60, 8)
  const pictures = sample(6n, 30, 8, 0.3)
  const once = kernelDistance(pictures, truth)
  const index = pictures.map((_, i) => i)
  const thrice = kernelDistance([...pictures, ...pictures, ...pictures], truth, [...index, ...index, ...index])
  const width = ({ low, high }: { low: number; high: number }) => high - low
  expect(width(thrice) / width(once)).toBeGreaterThan(0.8)
  const blind = kernelDistance([...pictures, ...pictures, ...pictures], truth)
  expect(width(blind) / width(once)).toBeLessThan(0.7)
})

test('neither order nor the names of groups matter', () => {
  const [pictures, truth] = [sample(7n, 12, 4, 0.2), sample(8n, 9, 4)]
  const groups = pictures.map((_, i) => i % 4)
  const straight = kernelDistance(pictures, truth, groups)
  fc.assert(
    fc.property(fc.shuffledSubarray([...pictures.keys()], { minLength: 12, maxLength: 12 }), (order) => {
      const shuffled = kernelDistance(
        order.map((i) => pictures[i]),
        truth,
        order.map((i) => `seed ${groups[i]}`),
      )
      for (const key of ['value', 'low', 'high'] as const) expect(shuffled[key]).toBeCloseTo(straight[key], 10)
    }),
    { numRuns: 20 },
  )
})

test('refuses what it cannot compare', () => {
  const some = sample(9n, 3, 4)
  for (const bad of [
    () => kernelDistance(some.slice(0, 1), some),
    () => kernelDistance(some, []),
    () => kernelDistance(some, sample(9n, 3, 5)),
    () => kernelDistance(some, some, [1, 2]),
  ]) {
    expect(bad).toThrow(expect.objectContaining({ code: 'option-invalid' }))
  }
})
