import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Pixels } from './pixels'
import { putBack } from './put-back'
import { opaque, resample } from './resample'

const [width, height] = [9, 6]
const pixels = fc
  .uint8Array({ minLength: 4 * width * height, maxLength: 4 * width * height })
  .map((data): Pixels => ({ width, height, data: new Uint8ClampedArray(data) }))
const plain = (value: number): Pixels => ({
  width,
  height,
  data: new Uint8ClampedArray(4 * width * height).fill(value),
})
const region = fc.record({
  x: fc.integer({ min: -4, max: 6 }),
  y: fc.integer({ min: -4, max: 4 }),
  width: fc.integer({ min: 3, max: 14 }),
  height: fc.integer({ min: 3, max: 12 }),
})
const all = { x: 0, y: 0, width, height }

test('a region at its own size is itself, and beyond the picture its border', () => {
  fc.assert(
    fc.property(pixels, region, (picture, region) => {
      const part = resample(picture, region, region.width, region.height)
      const same = part.data.every((value, i) => {
        const [x, y] = [region.x + ((i >> 2) % region.width), region.y + Math.floor((i >> 2) / region.width)]
        const [column, row] = [Math.min(Math.max(x, 0), width - 1), Math.min(Math.max(y, 0), height - 1)]
        return value === picture.data[4 * (row * width + column) + (i % 4)]
      })
      expect(same).toBe(true)
    }),
  )
})

test('one colour stays at any size, and shrinking averages', () => {
  fc.assert(
    fc.property(fc.nat(255), region, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), (v, r, w, h) => {
      expect(resample(plain(v), r, w, h).data.every((value) => value === v)).toBe(true)
    }),
  )
  const stripes = plain(0)
  for (let i = 0; i < stripes.data.length; i++) stripes.data[i] = (i >> 2) % 2 === 0 ? 200 : 0
  const small = resample({ ...stripes, width: 6, height: 9 }, { x: 0, y: 0, width: 6, height: 9 }, 1, 1)
  expect(Math.abs(small.data[0] - 100)).toBeLessThan(5)
})

test('a smooth picture survives enlarging and shrinking', () => {
  const data = Uint8ClampedArray.from({ length: 4 * 32 * 32 }, (_, i) => 60 + 3 * ((i >> 2) % 32) + 2 * (i >> 7))
  const picture = { width: 32, height: 32, data }
  const large = resample(picture, { x: 0, y: 0, width: 32, height: 32 }, 80, 80)
  const again = resample(large, { x: 0, y: 0, width: 80, height: 80 }, 32, 32)
  const inner = again.data.filter((_, i) => (i >> 2) % 32 > 1 && (i >> 2) % 32 < 30 && i >> 7 > 1 && i >> 7 < 30)
  const own = data.filter((_, i) => (i >> 2) % 32 > 1 && (i >> 2) % 32 < 30 && i >> 7 > 1 && i >> 7 < 30)
  expect(Math.max(...inner.map((value, i) => Math.abs(value - own[i])))).toBeLessThanOrEqual(2)
})

test('what was drawn of a region goes back to its place, and nothing else moves', () => {
  fc.assert(
    fc.property(pixels, pixels, region, (picture, other, region) => {
      const drawn = resample(other, region, region.width, region.height)
      const light = new Float32Array(width * height).fill(1)
      const { data } = putBack(picture, drawn, region, light, 0)
      const right = data.every((value, i) => {
        const [x, y] = [(i >> 2) % width, Math.floor((i >> 2) / width)]
        const inside = x >= region.x && x < region.x + region.width && y >= region.y && y < region.y + region.height
        return value === (inside ? other : picture).data[i]
      })
      expect(right).toBe(true)
    }),
  )
  const light = new Float32Array(width * height)
  expect(putBack(plain(3), plain(200), all, light, 2).data).toEqual(plain(3).data)
})

test('transparent is white, as far as it is', () => {
  const data = new Uint8ClampedArray([10, 20, 30, 255, 10, 20, 30, 0, 55, 155, 255, 51])
  expect([...opaque({ width: 3, height: 1, data }).data]).toEqual([
    10, 20, 30, 255, 255, 255, 255, 255, 215, 235, 255, 255,
  ])
})
