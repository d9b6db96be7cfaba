import { describe, expect, it } from 'vitest'
import { convert, type Prediction } from '../prediction/prediction'
import { effectiveScale } from './cfg-plus-plus'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const shape = [2, 3, 3]
const level = { t: 500, alpha: 0.6, sigma: 0.8 }
const next = { t: 400, alpha: 0.8, sigma: 0.6 }
const x = draws(18, 5)
const predictions = { y: draws(18, 1), u: draws(18, 2), n: draws(18, 3) }
const make = (options = {}) => fakeRun(resolveGuidance({ name: 'cfg-plus-plus', options }).guidance, shape)

/** A first-order step to the next level. */
const stepped = ({ x0, noise }: { x0: Prediction; noise: Prediction }) =>
  Array.from(convert(x0, 'x0').value.data, (value, i) => next.alpha * value + next.sigma * noise.value.data[i])

async function parts(options: object, given: object) {
  const { guided, rows } = await make(options)({ predictions, level, next, x, ...given })
  if (!('x0' in guided)) throw new Error('two predictions were expected')
  return { guided, rows }
}

describe('cfg-plus-plus', () => {
  it('interpolates the clean image and takes the noise of the base', async () => {
    const { guided, rows } = await parts({ lambda: 0.6 }, { negatives: ['n'] })
    const { y, n } = predictions
    const eps = n.map((value, i) => value + 0.6 * (y[i] - value))
    expect(
      farthest(
        guided.x0.value.data,
        eps.map((e, i) => (x[i] - 0.8 * e) / 0.6),
      ),
    ).toBeLessThan(1e-5)
    expect(farthest(guided.noise.value.data, n)).toBeLessThan(1e-6)
    expect(rows).toBe(2)
  })

  it('is, in a first-order step, classifier-free guidance at the effective scale', async () => {
    const { guided } = await parts({ lambda: 0.6 }, {})
    const w = effectiveScale(0.6, level, next)
    const { y, u } = predictions
    const eps = u.map((value, i) => value + w * (y[i] - value))
    const plain = eps.map((e, i) => (next.alpha * (x[i] - 0.8 * e)) / 0.6 + next.sigma * e)
    expect(farthest(stepped(guided), plain)).toBeLessThan(1e-5)
  })

  it('takes λ from the scale, in the paper’s correspondence', async () => {
    const { guided } = await parts({}, { scale: 7.5 })
    expect(guided.x0.value.data).toEqual((await parts({ lambda: 0.6 }, {})).guided.x0.value.data)
    expect(() => make({ lambda: 1.5 })).toThrow(/lambda/)
    const at = async (scale: number) => (await parts({}, { scale })).guided.x0.value.data
    expect(await at(20)).toEqual(await at(12.5))
    expect(await at(-2)).toEqual(await at(0))
  })

  it('says what it needs', () => {
    expect(resolveGuidance({ name: 'cfg-plus-plus' }).guidance.requires).toEqual(['scheduler.split'])
  })
})
