import { expect, test } from 'vitest'
import { type Figures, figuresText } from './figures'

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
