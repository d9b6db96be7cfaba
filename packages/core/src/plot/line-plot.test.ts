import { describe, expect, it } from 'vitest'
import { linePlot } from './line-plot'

describe('linePlot', () => {
  const plot = linePlot({
    title: 'a < b & "c"',
    x: 'step',
    y: 'r',
    levels: [1],
    shaded: [{ from: 0, to: 5, name: 'window' }],
    series: [
      {
        name: 'one',
        points: [
          [0, 0],
          [10, 2],
        ],
        band: [
          [0, 0],
          [1, 3],
        ],
      },
      {
        name: 'two',
        points: [
          [0, Number.NaN],
          [10, 1],
        ],
        dashed: true,
      },
    ],
  })

  it('is well-formed, and never says NaN', () => {
    const opened = [...plot.matchAll(/<([a-z]+)[^>]*?(\/?)>/g)].filter(([, , closed]) => closed === '')
    const closed = [...plot.matchAll(/<\/([a-z]+)>/g)]
    expect(opened.map(([, name]) => name).toSorted()).toEqual(closed.map(([, name]) => name).toSorted())
    expect(plot).not.toContain('NaN')
    expect(plot).toContain('a &lt; b &amp; &quot;c&quot;')
  })

  it('puts larger values higher and later points further right', () => {
    const [, first] = /<polyline points="([^"]*)"/.exec(plot) ?? []
    const [[x0, y0], [x1, y1]] = first.split(' ').map((point) => point.split(',').map(Number))
    expect(x1).toBeGreaterThan(x0)
    expect(y1).toBeLessThan(y0)
    expect(x0).toBe(64)
    expect(x1).toBe(700)
  })
})
