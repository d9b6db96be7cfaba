import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { absoluteQuantile } from './quantile'
import { resolveGuidance } from './resolve'

const shape = [2, 4, 4]
const predictions = { y: draws(32, 1), u: draws(32, 2), n: draws(32, 3) }
const make = (options = {}, of?: { name: string }[]) =>
  fakeRun(resolveGuidance({ name: 'dynamic-thresholding', options, ...(of ? { of } : {}) }).guidance, shape, 'x0')
const plain = () =>
  fakeRun(resolveGuidance({ name: 'general' }).guidance, shape, 'x0')({ predictions, negatives: ['n'] })

describe('dynamic-thresholding', () => {
  it('clips to the quantile and divides, for pixels in [−1, 1]', async () => {
    const { values: x0 } = await plain()
    const tau = absoluteQuantile(Float32Array.from(x0), 0.9)
    expect(tau).toBeGreaterThan(1)
    const { values } = await make({ percentile: 0.9, range: 1 })({ predictions, negatives: ['n'] })
    expect(
      farthest(
        values,
        x0.map((value) => Math.min(Math.max(value, -tau), tau) / tau),
      ),
    ).toBeLessThan(1e-6)
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1)
  })

  it('leaves pictures that are in range as they are', async () => {
    const { values: x0 } = await plain()
    const { values } = await make({ range: 100 })({ predictions, negatives: ['n'] })
    expect(farthest(values, x0)).toBeLessThan(1e-6)
  })

  it('keeps latents to the extent of the positive prediction by default', async () => {
    const { values, rows } = await make({ percentile: 1 })({ predictions, scale: 12, negatives: ['n'] })
    const extent = Math.max(...predictions.y.map(Math.abs))
    expect(Math.max(...values.map(Math.abs))).toBeCloseTo(extent, 5)
    expect(rows).toBe(2)
  })

  it('limits the threshold: diffusers’ sample_max_value 1 is a plain clip at 1', async () => {
    const { values: x0 } = await plain()
    const { values } = await make({ range: 1, max: 1 })({ predictions, negatives: ['n'] })
    expect(
      farthest(
        values,
        x0.map((value) => Math.min(Math.max(value, -1), 1)),
      ),
    ).toBeLessThan(1e-6)
  })

  it('thresholds the clean image of what gives two predictions', async () => {
    const { guided } = await make({ range: 0.5, percentile: 1 }, [{ name: 'cfg-plus-plus' }])({ predictions })
    if (!('x0' in guided)) throw new Error('two predictions were expected')
    expect(Math.max(...guided.x0.value.data.map(Math.abs))).toBeCloseTo(0.5, 6)
    expect(guided.noise.space).toBe('eps')
  })
})
