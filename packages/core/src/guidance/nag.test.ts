import { describe, expect, it } from 'vitest'
import type { Recipe } from '../recipe/recipe'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const shape = [2, 3, 3]
const predictions = { y: draws(18, 1), u: draws(18, 2), 'y + nag': draws(18, 3) }
const { guidance } = resolveGuidance({ name: 'nag', options: { scale: 4, tau: 2, alpha: 0.3 } })
const run = fakeRun(guidance, shape)

describe('nag', () => {
  it('is classifier-free guidance of a positive pass that the negative acts in', async () => {
    const { values, rows, edits } = await run({ predictions, scale: 3, negatives: ['n'] })
    const { u, 'y + nag': y } = predictions
    expect(
      farthest(
        values,
        u.map((value, i) => value + 3 * (y[i] - value)),
      ),
    ).toBeLessThan(1e-6)
    expect(rows).toBe(2)
    expect(edits).toMatchObject([{ name: 'nag', options: { scale: 4, tau: 2, alpha: 0.3 }, against: { id: 'n' } }])
  })

  it('is one pass at scale 1, which keeps the negative', async () => {
    const { values, rows } = await run({ predictions, scale: 1, negatives: [['n', 0.0001]] })
    expect(farthest(values, predictions['y + nag'])).toBeLessThan(1e-6)
    expect(rows).toBe(1)
  })

  it('pushes nothing away without a negative, where its window is closed, and at scale 0', async () => {
    for (const given of [{ scale: 1 }, { scale: 1, negatives: [['n', 0] as [string, number]] }]) {
      const { values, edits } = await run({ predictions, ...given })
      expect(farthest(values, predictions.y)).toBeLessThan(1e-6)
      expect(edits).toEqual([])
    }
    expect(await run({ predictions, scale: 0, negatives: [['n', 1]] })).toMatchObject({ rows: 1, edits: [] })
  })

  it('refuses what it cannot carry out', () => {
    const check = (negatives: object[]) => () => guidance.check?.({ negatives } as unknown as Recipe)
    expect(check([{ text: 'a' }, { text: 'b' }])).toThrow(/no more than one negative/)
    expect(check([{ text: 'a', scale: 2 }])).toThrow(/strength/)
    expect(check([{ text: 'a', outside: 0.5 }])).toThrow(/outside/)
    expect(check([{ text: 'a', outside: 0 }])).not.toThrow()
  })
})
