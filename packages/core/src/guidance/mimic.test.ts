import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const shape = [2, 4, 4]
const predictions = { y: draws(32, 1), u: draws(32, 2), n: draws(32, 3) }
const make = (options = {}) => fakeRun(resolveGuidance({ name: 'mimic', options }).guidance, shape, 'x0')
const at = (scale: number) => predictions.y.map((y, i) => predictions.u[i] + scale * (y - predictions.u[i]))
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
const channels = (values: number[]) => [values.slice(0, 16), values.slice(16)]
const largest = (values: number[]) => Math.max(...values.map((value) => Math.abs(value - mean(values))))
const deviation = (values: number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1))

describe('mimic', () => {
  it('keeps each channel’s mean of the high scale and its extent of the low one', async () => {
    const { values } = await make({ mimicScale: 4 })({ predictions, scale: 15 })
    channels(values).forEach((channel, c) => {
      expect(mean(channel)).toBeCloseTo(mean(channels(at(15))[c]), 4)
      expect(largest(channel)).toBeCloseTo(largest(channels(at(4))[c]), 4)
    })
  })

  it('compares deviations if told', async () => {
    const { values } = await make({ mimicScale: 4, measure: 'deviation' })({ predictions, scale: 15 })
    channels(values).forEach((channel, c) => {
      expect(deviation(channel)).toBeCloseTo(deviation(channels(at(4))[c]), 4)
    })
  })

  it('scales around zero, and all channels together, if told', async () => {
    const high = at(15)
    const factor = largest(at(4)) / largest(high)
    const { values } = await make({ mimicScale: 4, center: 'zero', perChannel: false })({ predictions, scale: 15 })
    expect(
      farthest(
        values,
        high.map((value) => value * factor),
      ),
    ).toBeLessThan(1e-4)
  })

  it('blends, and is the guidance itself at φ = 0 and at its own scale', async () => {
    const none = await make({ phi: 0 })({ predictions, scale: 15 })
    expect(farthest(none.values, at(15))).toBeLessThan(1e-4)
    const same = await make({ mimicScale: 15 })({ predictions, scale: 15 })
    expect(farthest(same.values, at(15))).toBeLessThan(1e-4)
    const full = await make({ mimicScale: 4 })({ predictions, scale: 15 })
    const half = await make({ mimicScale: 4, phi: 0.5 })({ predictions, scale: 15 })
    expect(
      farthest(
        half.values,
        full.values.map((value, i) => (value + at(15)[i]) / 2),
      ),
    ).toBeLessThan(1e-4)
  })

  it('takes a curve for its scale', async () => {
    const mimicScale = {
      curve: 'linear',
      points: [
        [0, 2],
        [1, 12],
      ],
    }
    const { values } = await make({ mimicScale })({ predictions, scale: 15, step: 2, steps: 10 })
    expect(values).toEqual((await make({ mimicScale: 4 })({ predictions, scale: 15 })).values)
  })
})
