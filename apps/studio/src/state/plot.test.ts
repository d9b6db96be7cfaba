import { expect, test } from 'vitest'
import { type Axis, plotOf, valuesOf } from './plot'

test.each<[Axis, string[]]>([
  [{ kind: 'seed', values: '1-4, 9' }, ['1', '2', '3', '4', '9']],
  [
    { kind: 'seed', values: '18446744073709551613-18446744073709551615' },
    ['3', '4', '5'].map((end) => `1844674407370955161${end}`),
  ],
  [{ kind: 'scale', values: '1, 2.5-4:0.5' }, ['1', '2.5', '3', '3.5', '4']],
  [{ kind: 'steps', values: '10-30:10' }, ['10', '20', '30']],
  [{ kind: 'window', values: 'always, 0.2-0.6' }, ['always', '0.2-0.6']],
  [{ kind: 'prompt', values: 'woman | man | ' }, ['woman', 'man', '']],
])('%j has the values %j', (axis, values) => {
  expect(valuesOf(axis)).toEqual(values)
})

test.each<Axis>([
  { kind: 'seed', values: 'many' },
  { kind: 'scale', values: '5-1' },
  { kind: 'steps', values: '1-9:0' },
  { kind: 'scale', values: ' , ' },
  { kind: 'seed', values: '1-100000' },
])('%j is refused, naming the axis', (axis) => {
  expect(() => valuesOf(axis)).toThrow(expect.objectContaining({ code: 'option-invalid', where: axis.kind }))
})

const recipe = { prompt: 'a man', negatives: ['beard', { text: 'hat', scale: 2 }], seed: '5', sigmas: [1, 0.5] }

test('two axes multiply, row by row, and each changes what it says', () => {
  const { layout, cells } = plotOf(recipe, { kind: 'seed', values: '1,2' }, { kind: 'strength', values: '0,4' })
  expect(layout).toMatchObject({ columns: ['1', '2'], rows: ['0', '4'] })
  expect(cells.map(({ recipe: { seed, negatives } }) => [seed, negatives?.[1]])).toEqual([
    ['1', { text: 'hat', scale: 0 }],
    ['2', { text: 'hat', scale: 0 }],
    ['1', { text: 'hat', scale: 4 }],
    ['2', { text: 'hat', scale: 4 }],
  ])
})

test('a prompt axis replaces its first value by each; steps take the place of levels that were said', () => {
  const { cells } = plotOf(recipe, { kind: 'prompt', values: 'man|woman' }, { kind: 'steps', values: '4' })
  expect(cells.map(({ recipe: { prompt, steps, sigmas } }) => [prompt, steps, sigmas])).toEqual([
    ['a man', 4, undefined],
    ['a woman', 4, undefined],
  ])
  expect(() => plotOf(recipe, { kind: 'prompt', values: 'dog|cat' })).toThrow(
    expect.objectContaining({ where: 'prompt' }),
  )
})

test('a window axis takes shares of the run, and refuses others', () => {
  const { cells } = plotOf(recipe, { kind: 'window', values: '0-0.4' })
  expect(cells[0].recipe.negatives).toMatchObject([{ window: { from: 0, to: 0.4 } }, { window: { from: 0, to: 0.4 } }])
  expect(() => plotOf(recipe, { kind: 'window', values: '0.4-1.4' })).toThrow(
    expect.objectContaining({ where: 'window' }),
  )
})
