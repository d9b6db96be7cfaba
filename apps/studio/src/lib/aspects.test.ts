import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aspects, sizeOf } from './aspects'

test('a size is in the multiples that the model draws, near the area and the aspect', () => {
  fc.assert(
    fc.property(fc.constantFrom(...aspects), fc.integer({ min: 8, max: 32 }), (aspect, edge) => {
      const { width, height } = sizeOf(aspect, (edge * 64) ** 2, 8)
      expect([width % 8, height % 8]).toEqual([0, 0])
      expect(Math.abs((width * height) / (edge * 64) ** 2 - 1)).toBeLessThan(0.05)
      expect(Math.abs(width / height / aspect.ratio - 1)).toBeLessThan(0.05)
    }),
  )
  expect(sizeOf({ ratio: 1 }, 128 * 128, 32)).toEqual({ width: 128, height: 128 })
})
