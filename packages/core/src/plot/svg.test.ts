import { describe, expect, it } from 'vitest'
import { axis, label, picture, polyline, spread, ticks } from './svg'

describe('ticks', () => {
  it.each([
    [0, 30, [0, 5, 10, 15, 20, 25, 30]],
    [0.79, 1.43, [0.8, 1, 1.2, 1.4]],
    [-0.02, 0.03, [-0.02, -0.01, 0, 0.01, 0.02, 0.03]],
    [5, 5, [5]],
  ])('are round from %s to %s', (low, high, expected) => {
    expect(ticks(low, high)).toEqual(expected)
  })
})

describe('an element', () => {
  it('holds its text as text, coordinates to hundredths, and no place that is none', () => {
    expect(label([1 / 3, 2], 'a < b & "c"')).toBe(
      '<text x="0.33" y="2" fill="currentColor">a &lt; b &amp; &quot;c&quot;</text>',
    )
    expect(label([0, 0], '10', {}, -3)).toContain('10<tspan dy="-5" font-size="9">-3</tspan>')
    const points = [
      [0, 0],
      [1, Number.NaN],
      [2, 1],
    ] as const
    expect(polyline(points, { stroke: 'red' }, 'x > y')).toBe(
      '<polyline points="0,0 2,1" fill="none" stroke="red"><title>x &gt; y</title></polyline>',
    )
    expect(picture('a "b"', [10, 20], [])).toContain('viewBox="0 0 10 20"')
    expect(picture('a "b"', [10, 20], [])).toContain('aria-label="a &quot;b&quot;"')
  })
})

describe('an axis', () => {
  it('maps its ends to its ends, whichever way, and a single value to the first', () => {
    const up = axis([0, 10], [100, 0])
    expect([0, 5, 10].map(up)).toEqual([100, 50, 0])
    expect(axis([3, 3], [7, 9])(3)).toBe(7)
  })
})

describe('labels that are too near', () => {
  it('move apart in their own order, and others stay', () => {
    expect(spread([50, 10], 14)).toEqual([50, 10])
    const [b, a, c] = spread([11, 10, 12], 14)
    expect(b - a).toBeGreaterThan(13.9)
    expect(c - b).toBeGreaterThan(13.9)
    expect((a + b + c) / 3).toBeCloseTo(11)
  })
})
