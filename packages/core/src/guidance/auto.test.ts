import { describe, expect, it } from 'vitest'
import type { Recipe } from '../recipe/recipe'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const shape = [2, 3, 3]
const predictions = { y: draws(18, 1), w: draws(18, 2) }
const { guidance: byCondition } = resolveGuidance({ name: 'auto', options: { weak: 'condition' } })
const { guidance: byModel } = resolveGuidance({ name: 'auto' })

describe('auto', () => {
  it('pushes away from the weak condition', async () => {
    const { y, w } = predictions
    const { values, rows } = await fakeRun(byCondition, shape)({ predictions, scale: 2, roles: { weak: [['w', 1]] } })
    expect(
      farthest(
        values,
        y.map((value, i) => w[i] + 2 * (value - w[i])),
      ),
    ).toBeLessThan(1e-6)
    expect(rows).toBe(2)
  })

  it('asks the weak model under the same condition', async () => {
    const { models, rows } = await fakeRun(byModel, shape)({ predictions, scale: 2 })
    expect(models).toEqual([undefined, 'weak'])
    expect(rows).toBe(2)
    expect(byModel.requires).toEqual(['model:weak'])
  })

  it('changes nothing where the weak one is as good', async () => {
    const { values } = await fakeRun(byModel, shape)({ predictions, scale: 4 })
    expect(farthest(values, predictions.y)).toBeLessThan(1e-6)
    const same = await fakeRun(byCondition, shape)({ predictions, scale: 4, roles: { weak: [['y', 1]] } })
    expect(farthest(same.values, predictions.y)).toBeLessThan(1e-6)
    expect(same.rows).toBe(1)
  })

  it('runs one pass at scale 1, and the weak one alone at 0', async () => {
    expect(await fakeRun(byModel, shape)({ predictions, scale: 1 })).toMatchObject({ rows: 1, models: [undefined] })
    expect(await fakeRun(byModel, shape)({ predictions, scale: 0 })).toMatchObject({ rows: 1, models: ['weak'] })
  })

  it('wants exactly one weak condition', () => {
    expect(() => byCondition.check?.({ roles: {} } as Recipe)).toThrow(/exactly one prompt in the role 'weak'/)
    expect(() => byModel.check?.({ roles: {} } as Recipe)).not.toThrow()
  })
})
