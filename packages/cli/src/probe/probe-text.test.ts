import { expect, test } from 'vitest'
import { windowText } from './probe-text'

test('a window is told by the steps in which it is open', () => {
  const of = 'schedule' as const
  expect(windowText({ from: 0, to: 0.4, of }, 8)).toBe('0/8-4/8')
  expect(windowText({ from: 4 / 30, to: 15 / 30, of }, 30)).toBe('4/30-15/30')
  expect(windowText({ from: 4 / 30, to: 15 / 30, of }, 8)).toBe('2/8-4/8')
  expect(windowText({ from: 1, to: 9, of: 'sigma' }, 8)).toBe('1-9 of sigma')
})
