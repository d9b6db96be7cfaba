import { describe, expect, it } from 'vitest'
import { convert, type Prediction } from '../prediction/prediction'
import { times } from '../tensor/arithmetic'
import { classifierGuidance } from './classifier'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const shape = [2, 3, 3]
const level = { t: 500, alpha: 0.6, sigma: 0.8 }
const predictions = { y: draws(18, 1), u: draws(18, 2), n: draws(18, 3) }
const slope = draws(18, 4)

describe('classifier', () => {
  const spec = { name: 'classifier', options: { target: { glasses: -1 as const }, strength: 3 } }

  it('moves eps by −s σ ∇ on top of the guidance inside', async () => {
    const asked: unknown[] = []
    const run = fakeRun(resolveGuidance(spec).guidance, shape)
    const { values, rows } = await run({
      predictions,
      level,
      negatives: ['n'],
      gradient: (name, target) => {
        asked.push([name, target])
        return slope
      },
    })
    const { y, n } = predictions
    expect(
      farthest(
        values,
        y.map((value, i) => n[i] + 5 * (value - n[i]) - 3 * 0.8 * slope[i]),
      ),
    ).toBeLessThan(1e-5)
    expect(asked).toEqual([['latent-classifier', { glasses: -1 }]])
    expect(rows).toBe(2)
  })

  it('moves x0 by s σ²/α ∇, whatever the network predicts', async () => {
    const x = draws(18, 5)
    const run = fakeRun(resolveGuidance(spec).guidance, shape, 'v')
    const given = { predictions, level, x, gradient: () => slope }
    const plain = fakeRun(resolveGuidance({ name: 'general' }).guidance, shape, 'v')
    const moved = convert((await run(given)).guided as Prediction, 'x0').value.data
    const before = convert((await plain(given)).guided as Prediction, 'x0').value.data
    expect(
      farthest(
        moved,
        before.map((value, i) => value + (3 * 0.64 * slope[i]) / 0.6),
      ),
    ).toBeLessThan(1e-4)
  })

  it('says which network it needs and refuses what makes no sense', () => {
    expect(resolveGuidance(spec).guidance.requires).toEqual(['gradient:latent-classifier'])
    expect(() => resolveGuidance({ name: 'classifier', options: { target: {} } })).toThrow(/names no attribute/)
    expect(() => resolveGuidance({ name: 'classifier', options: { target: { glasses: 0.5 } } })).toThrow(/target/)
    expect(() => resolveGuidance({ ...spec, of: [{ name: 'cfg-plus-plus' }] })).toThrow(/two \(clean image/)
  })
})

describe('classifierGuidance', () => {
  it('takes any gradient of x', async () => {
    const pull = classifierGuidance('pull', (step) => times(-1, step.x))
    const { guidance, foreign } = resolveGuidance(
      { name: 'pull', options: { strength: 2 }, of: [{ name: 'classifier-free' }] },
      [pull as never],
    )
    expect(foreign).toEqual(['pull'])
    const x = draws(18, 5)
    const { values } = await fakeRun(guidance, shape)({ predictions, scale: 1, level, x })
    expect(
      farthest(
        values,
        predictions.y.map((value, i) => value + 2 * 0.8 * x[i]),
      ),
    ).toBeLessThan(1e-5)
  })

  it('names a gradient of the wrong shape', async () => {
    const wrong = classifierGuidance('wrong', () => ({ data: new Float32Array(3), shape: [3] }))
    const { guidance } = resolveGuidance({ name: 'wrong' }, [wrong as never])
    await expect(fakeRun(guidance, shape)({ predictions })).rejects.toMatchObject({ code: 'plugin-failed' })
  })
})
