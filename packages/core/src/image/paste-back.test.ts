import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskLight, pasteBack } from './paste-back'
import type { Pixels } from './pixels'

const [width, height] = [9, 7]
const bytes = fc.uint8Array({ minLength: 4 * width * height, maxLength: 4 * width * height })
const pixels = bytes.map((data): Pixels => ({ width, height, data: new Uint8ClampedArray(data) }))
/** Mostly dark or light, as masks are. */
const light = fc
  .array(fc.constantFrom(0, 0, 1, 1, 0.25), { minLength: width * height, maxLength: width * height })
  .map((values) => Float32Array.from(values))

test('a dark pixel is the picture’s own and every other between the two', () => {
  fc.assert(
    fc.property(pixels, pixels, light, fc.nat(6), (picture, drawn, light, feather) => {
      const { data } = pasteBack(picture, drawn, light, feather)
      const between = data.every((value, i) => {
        const [a, b] = [picture.data[i], drawn.data[i]]
        return light[i >> 2] === 0 ? value === a : value >= Math.min(a, b) && value <= Math.max(a, b)
      })
      expect(between).toBe(true)
    }),
  )
})

test('a hard edge is all of one or all of the other; a mask without dark is all of what was drawn', () => {
  fc.assert(
    fc.property(pixels, pixels, light, (picture, drawn, light) => {
      const hard = light.map(Math.ceil)
      const { data } = pasteBack(picture, drawn, hard, 0)
      expect(data.every((value, i) => value === (hard[i >> 2] === 1 ? drawn : picture).data[i])).toBe(true)
      const all = new Float32Array(light.length).fill(1)
      expect(pasteBack(picture, drawn, all, 5).data).toEqual(drawn.data)
    }),
  )
})

const grey = (value: number): Pixels => ({ width, height, data: new Uint8ClampedArray(4 * width * height).fill(value) })

test('a thin mask reaches what was drawn in its middle', () => {
  const strip = Float32Array.from({ length: width * height }, (_, i) => (i % width >= 3 && i % width < 6 ? 1 : 0))
  const { data } = pasteBack(grey(0), grey(200), strip, 8)
  const row = Array.from({ length: width }, (_, x) => data[4 * (3 * width + x)])
  expect(row).toEqual([0, 0, 0, 100, 200, 100, 0, 0, 0])
})

test('light is the mean of the colours times alpha', () => {
  const data = new Uint8ClampedArray([255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 255, 255, 0, 0, 255])
  const [white, clear, black, red] = maskLight({ width: 4, height: 1, data })
  expect([white, clear, black]).toEqual([1, 0, 0])
  expect(red).toBeCloseTo(1 / 3, 6)
})
