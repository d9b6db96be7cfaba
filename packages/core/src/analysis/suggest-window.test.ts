import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { suggestWindow } from './suggest-window'

const curve = (...ratios: number[]) =>
  ratios.map((ratio, call) => ({ step: call, call, negative: ratio, positive: 1, ratio }))
const placed = (step: number) => ({ step, call: step, correlation: 0.9 })

describe('suggestWindow', () => {
  it('opens where attention is at its place and closes a sixth of the run after r_t made its way', () => {
    const found = suggestWindow(curve(0.8, 0.9, 1.19, 1.2, 1.1, 1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9), placed(1), 12)
    expect(found.window).toEqual({ from: 1 / 12, to: 5 / 12, of: 'schedule' })
    expect(found.closes.step).toBe(2)
    // A curve that falls makes its way too.
    expect(suggestWindow(curve(2, 1.5, 1.01, 1, 1, 1), undefined, 6).window).toEqual({
      from: 0,
      to: 4 / 6,
      of: 'schedule',
    })
  })

  it('always has a step, inside the run', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 4, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.nat(70),
        (ratios, step) => {
          const { window } = suggestWindow(curve(...ratios), placed(step), ratios.length)
          const [from, to] = [window.from, window.to].map((edge) => edge * ratios.length)
          expect(from).toBeGreaterThanOrEqual(0)
          expect(to - from).toBeGreaterThan(0.999)
          expect(window.to).toBeLessThanOrEqual(1)
        },
      ),
      { seed: 1 },
    )
  })
})
