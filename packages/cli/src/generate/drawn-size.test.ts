import { expect, test } from 'vitest'
import { checkUnasked } from './drawn-size'

const refusal = (...args: Parameters<typeof checkUnasked>) => {
  try {
    checkUnasked(...args)
  } catch (error) {
    return String(error)
  }
  return 'drawn'
}

test.each([
  [{}, {}, 'drawn'],
  [{}, { width: 2048, height: 2048 }, 'drawn'],
  [{}, { width: 16_384, height: 16_384 }, /The record is 16384×16384 pixels; .*--width 16384 --height 16384/],
  [{}, { width: 16_384, height: 264 }, /16384×264/],
  [{ width: 4096 }, { width: 512, height: 2048 }, /4096×2048/],
  [{ width: 16_384, height: 512 }, { width: 8, height: 8 }, 'drawn'],
  [{ width: 16_384, height: 16_384 }, {}, 'drawn'],
])('asked for %j where the file says %j: %s', (asked, file, expected) => {
  const said = refusal(asked, file, 'The record')
  if (typeof expected === 'string') expect(said).toBe(expected)
  else expect(said).toMatch(expected)
})
