import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sizeOf, sizeOfAspect } from './size'

test('a size is width by height', () => {
  expect(sizeOf('512x768')).toEqual({ width: 512, height: 768 })
  for (const wrong of ['512', '512x', 'x', '0x8', '-8x8', '8x8x8', 'axb', 'Infinityx8']) {
    expect(() => sizeOf(wrong), wrong).toThrow(/expected \{width\}x\{height\}/)
  }
})

test('an aspect ratio keeps the number of pixels that the model was trained at', () => {
  const model = { size: { width: 512, height: 512 }, sizeMultiple: 8 }
  expect(sizeOfAspect('1:1', model)).toEqual({ width: 512, height: 512 })
  expect(sizeOfAspect('16:9', model)).toEqual({ width: 680, height: 384 })
  expect(() => sizeOfAspect('16x9', model)).toThrow(/expected \{width\}:\{height\}/)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 }), (a, b) => {
      const { width, height } = sizeOfAspect(`${a}:${b}`, model)
      expect([width % 8, height % 8]).toEqual([0, 0])
      expect(Math.abs(width - height * (a / b))).toBeLessThanOrEqual(4 + 4 * (a / b))
      expect(Math.abs(width * height - 512 ** 2)).toBeLessThanOrEqual(4 * (width + height) + 16)
    }),
  )
})
