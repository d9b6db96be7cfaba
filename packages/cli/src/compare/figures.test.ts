import type { RunResult } from '@neg/core'
import { expect, test } from 'vitest'
import { type Figures, figuresOf, figuresText } from './figures'

test('the table has means over seeds, and for each negative that the judge knows how often it is gone where it was', () => {
  const one = (guidance: string, seed: string, distance: number, glasses: number, gone?: boolean): Figures => ({
    guidance,
    seed,
    evaluations: 20,
    ms: 100,
    distance,
    seen: { glasses },
    removed: gone === undefined ? {} : { glasses: gone },
    kept: 1 - distance,
  })
  const text = figuresText([
    one('general', '1', 0.1, 0.9, false),
    one('general', '2', 0.3, 0.1, true),
    one('apg', '1', 0, 0.2),
  ])
  expect(text.split('\n')).toEqual([
    'guidance  evaluations   ms  distance  others kept  P(glasses)  removed',
    'general            20  100     0.200       80.0 %        0.50   1 of 2',
    'apg                20  100     0.000      100.0 %        0.20        –',
    '',
  ])
})

test('a picture is judged beside the one without the negative', () => {
  const image = { data: new Uint8ClampedArray(4), width: 1, height: 1 }
  const result = {
    image,
    record: { recipe: { seed: '1' }, evaluations: { run: 3 } },
    timings: { network: 5, loop: 2 },
  } as unknown as RunResult
  const before = { glasses: 0.9, hat: 0.2, beard: 0.6, tie: 0.5 }
  const judged = { glasses: 0.4, hat: 0.3, beard: 0.1, tie: 0.5 }
  const figures = figuresOf('local', result, { image, judged: before }, judged, ['glasses', 'glasses', 'hat', 'dog'])
  expect(figures.seen).toEqual({ glasses: 0.4, hat: 0.3 })
  expect(figures.removed).toEqual({ glasses: true })
  expect(figures.kept).toBe(0.5)
  expect(figuresOf('local', result, { image }, undefined, ['glasses'])).not.toHaveProperty('kept')
})
