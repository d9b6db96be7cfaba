import type { Pixels } from '@neg/core'
import { expect, test } from 'vitest'
import { contactSheet, gridOf } from './contact-sheet'

const picture = (width: number, height: number, grey: number): Pixels => {
  const data = new Uint8ClampedArray(4 * width * height).fill(grey)
  for (let i = 3; i < data.length; i += 4) data[i] = 255
  return { width, height, data }
}
const at = ({ width, data }: Pixels, x: number, y: number) => data[4 * (y * width + x)]

test.each([
  [1, 1, 1],
  [2, 2, 1],
  [4, 2, 2],
  [6, 3, 2],
  [8, 4, 2],
  [9, 3, 3],
  [12, 4, 3],
])('%d square pictures stand %d × %d', (count, columns, rows) => {
  expect(gridOf(count, 136, 152)).toEqual({ columns, rows })
})

test('every picture is on the sheet, unchanged, with ink below it', () => {
  const pictures = [40, 80, 120].map((grey) => ({ image: picture(64, 32, grey), label: `seed ${grey}` }))
  const sheet = contactSheet(pictures, { columns: 2 })
  expect(sheet.width).toBe(8 + 2 * 72)
  expect(sheet.data.length).toBe(4 * sheet.width * sheet.height)
  const strip = 8 + 8
  expect([at(sheet, 8, 8), at(sheet, 8 + 72, 8), at(sheet, 8, 8 + 32 + strip)]).toEqual([40, 80, 120])
  const below = Array.from({ length: 64 }, (_, x) => at(sheet, 8 + x, 8 + 32 + 4 + 3))
  expect(below).toContain(0x20)
  expect(at(sheet, 0, 0)).toBe(255)
})

test('a label that does not fit is cut', () => {
  const long = contactSheet([{ image: picture(24, 8, 0), label: 'x'.repeat(99) }])
  const short = contactSheet([{ image: picture(24, 8, 0), label: 'xxx~' }])
  expect(long).toEqual(short)
})
