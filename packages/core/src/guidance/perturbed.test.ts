import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const shape = [2, 3, 3]

describe.each([
  ['pag', { scale: 2, layers: 'up' }, { layers: 'up' }],
  ['seg', { scale: 2, blurSigma: 10 }, { layers: 'mid', blurSigma: 10 }],
])('%s', (name, options, edit) => {
  const predictions = { y: draws(18, 1), u: draws(18, 2), n: draws(18, 3), [`y + ${name}`]: draws(18, 4) }
  const run = fakeRun(resolveGuidance({ name, options: options as never }).guidance, shape)
  const { y, u, n, [`y + ${name}`]: spoilt } = predictions

  it('adds s (d_y − d_y′) to guidance with negatives', async () => {
    const { values, rows, edits } = await run({ predictions, scale: 5, negatives: [['n', 2]] })
    const expected = u.map((value, i) => {
      const guided = value + 5 * (y[i] - value) - 2 * (n[i] - value)
      return guided + 2 * (y[i] - spoilt[i])
    })
    expect(farthest(values, expected)).toBeLessThan(1e-5)
    expect(rows).toBe(4)
    expect(edits).toEqual([{ name, options: edit }])
  })

  it('costs one pass more, also at scale 1, and none at s = 0', async () => {
    expect((await run({ predictions, scale: 1 })).rows).toBe(2)
    const off = fakeRun(resolveGuidance({ name, options: { scale: 0 } }).guidance, shape)
    const { values, rows } = await off({ predictions, scale: 1 })
    expect(farthest(values, y)).toBeLessThan(1e-6)
    expect(rows).toBe(1)
  })

  it('changes nothing where spoiling changes nothing', async () => {
    const same = { ...predictions, [`y + ${name}`]: y }
    const { values } = await run({ predictions: same, scale: 5 })
    expect(
      farthest(
        values,
        u.map((value, i) => value + 5 * (y[i] - value)),
      ),
    ).toBeLessThan(1e-5)
  })

  it('shares the spoilt pass with one of its kind inside', async () => {
    const { guidance } = resolveGuidance({ name, options: options as never, of: [{ name, options: options as never }] })
    expect((await fakeRun(guidance, shape)({ predictions, scale: 5 })).rows).toBe(3)
  })

  it('needs its edit of attention, beside what the guidance inside needs', () => {
    const { guidance } = resolveGuidance({ name, of: [{ name: 'classifier', options: { target: { glasses: -1 } } }] })
    expect(guidance.requires).toEqual(['gradient:latent-classifier', `attention.edit:${name}`])
    expect(() => resolveGuidance({ name, of: [{ name: 'cfg-plus-plus' }] })).toThrow(/one prediction/)
  })
})
