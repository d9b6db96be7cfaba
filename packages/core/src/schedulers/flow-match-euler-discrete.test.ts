import { expect, test } from 'vitest'
import { createScheduler } from './index'

const sigmasOf = (latentShape: number[], config: Record<string, string | number | boolean> = {}) =>
  createScheduler({
    name: 'FlowMatchEulerDiscreteScheduler',
    config: { use_dynamic_shifting: true, ...config },
  }).schedule({ steps: 4, latentShape }).sigmas

test('a dynamic shift grows with the picture, by its whole 2 × 2 patches', () => {
  expect(sigmasOf([4, 9, 8])).toEqual(sigmasOf([4, 8, 8]))
  expect(sigmasOf([4, 8, 9])).toEqual(sigmasOf([4, 8, 8]))
  expect(sigmasOf([4, 10, 8])?.[1]).toBeGreaterThan(sigmasOf([4, 8, 8])?.[1] ?? 1)
})

test('mu at the two lengths is what the config says, between them linear', () => {
  const lengths = { base_image_seq_len: 16, max_image_seq_len: 64, base_shift: 0.5, max_shift: 1.5 }
  // 4 × 4, 8 × 8 and 4 × 10 patches.
  const mu = [0.5, 1.5, 1]
  for (const [i, shape] of [
    [4, 8, 8],
    [4, 16, 16],
    [4, 8, 20],
  ].entries()) {
    expect(sigmasOf(shape, lengths)).toEqual(sigmasOf([4, 8, 8], { ...lengths, mu: mu[i] }))
  }
})
