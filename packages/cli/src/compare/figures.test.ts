import { expect, test } from 'vitest'
import { type Figures, figuresText, pictureDistance } from './figures'

const picture = (value: number) => ({
  width: 2,
  height: 1,
  data: Uint8ClampedArray.from([value, value, value, 255, 0, 0, 0, 255]),
})

test('distance is the root mean square of RGB, alpha aside', () => {
  expect(pictureDistance(picture(40), picture(40))).toBe(0)
  expect(pictureDistance(picture(255), picture(0))).toBeCloseTo(Math.sqrt(0.5), 12)
})

test('the table has means over seeds and a column per negative that the judge knows', () => {
  const one = (guidance: string, seed: string, distance: number, glasses: number): Figures => ({
    guidance,
    seed,
    evaluations: 20,
    ms: 100,
    distance,
    seen: { glasses },
  })
  const text = figuresText([one('general', '1', 0.1, 1), one('general', '2', 0.3, 0.5), one('apg', '1', 0, 0)])
  expect(text.split('\n')).toEqual([
    'guidance  evaluations   ms  distance  P(glasses)',
    'general            20  100     0.200        0.75',
    'apg                20  100     0.000        0.00',
    '',
  ])
})
