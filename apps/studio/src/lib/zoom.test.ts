import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Sight, zoomed } from './zoom'

test('the point that is zoomed at stays where it is, and the picture never gets smaller than its frame', () => {
  const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
  fc.assert(
    fc.property(number(1, 8), number(-200, 200), number(-200, 200), number(0.2, 4), (scale, px, py, by) => {
      const before: Sight = { scale, x: 10, y: -20 }
      const after = zoomed(before, by, px, py)
      expect(after.scale).toBeGreaterThanOrEqual(1)
      if (after.scale === 1) {
        expect(after).toEqual({ scale: 1, x: 0, y: 0 })
        return
      }
      // The picture's point under the pointer, before and after.
      expect((px - after.x) / after.scale).toBeCloseTo((px - before.x) / before.scale, 6)
      expect((py - after.y) / after.scale).toBeCloseTo((py - before.y) / before.scale, 6)
    }),
  )
})
