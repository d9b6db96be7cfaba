import { describe, expect, it } from 'vitest'
import { draws, fakeRun } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const shape = [2, 3, 3]
const y = draws(18, 1)
const close = { y, u: y.map((value) => value * 1.01), n: y.map((value) => value * 1.02) }
const apart = { y, u: draws(18, 2), n: draws(18, 3) }
const make = (options = {}, of?: { name: string; options?: Record<string, number> }[]) =>
  fakeRun(
    resolveGuidance({ name: 'adaptive', options: { space: 'eps', ...options }, ...(of ? { of } : {}) }).guidance,
    shape,
  )

describe('adaptive', () => {
  it('guides until both agree, the step that finds it included, then runs one pass', async () => {
    const run = make()
    const rows = []
    for (const [step, predictions] of [apart, apart, close, apart, apart].entries()) {
      rows.push((await run({ predictions, step, negatives: ['n'] })).rows)
    }
    expect(rows).toEqual([2, 2, 2, 1, 1])
  })

  it('never ends at γ = 1', async () => {
    const run = make({ gamma: 1 })
    for (const step of [0, 1, 2]) expect((await run({ predictions: close, step })).rows).toBe(2)
  })

  it('does not end in the middle of a step', async () => {
    const run = make()
    await run({ predictions: apart, step: 0, ends: false })
    await run({ predictions: close, step: 0, evaluation: 1 })
    expect((await run({ predictions: apart, step: 1 })).rows).toBe(2)
  })

  it('starts every run anew', async () => {
    const first = make()
    await first({ predictions: close })
    expect((await first({ predictions: apart, step: 1 })).rows).toBe(1)
    expect((await make()({ predictions: apart, step: 1 })).rows).toBe(2)
  })

  it('is the guidance inside, with a memory of its own', async () => {
    const run = make({ gamma: 1 }, [{ name: 'apg', options: { momentum: -0.5 } }])
    const plain = fakeRun(resolveGuidance({ name: 'apg', options: { momentum: -0.5 } }).guidance, shape)
    for (const step of [0, 1, 2]) {
      const given = { predictions: { y: draws(18, 10 + step), u: draws(18, 20 + step) }, step }
      expect((await run(given)).values).toEqual((await plain(given)).values)
    }
  })
})
