import { expect, test } from 'vitest'
import type { Condition, Pass } from '../guidance/condition'
import type { CaptureSpec } from '../model/attention'
import type { Conditioning } from '../model/conditioning'
import type { DenoiseRow } from '../model/denoise'
import type { Tensor } from '../tensor/tensor'
import { Passes } from './passes'
import { toyModel } from './toy-model.test-helper'

const tensor = (...values: number[]): Tensor => ({ data: Float32Array.from(values), shape: [values.length] })
const conditioning = (id: string): Conditioning => ({
  id,
  prompt: { text: id },
  words: [],
  length: 77,
  warnings: [],
  release: () => {},
})
const condition = (id: string): Condition => ({
  role: 'positive',
  index: 0,
  weight: 1,
  open: true,
  conditioning: conditioning(id),
})
const x = tensor(1, 2)
const level = { t: 500, alpha: 0.6, sigma: 0.8 }

/** One evaluation, and the rows that reached the run's own model and the one it calls `weak`. */
function evaluation(capture?: () => CaptureSpec) {
  const [own, weak] = [toyModel(), toyModel()]
  const passes = new Passes(
    {
      model: own,
      models: { weak },
      encodedBy: async (_, { id }) => conditioning(id),
      parameterisation: { kind: 'vp', prediction: 'eps' },
      picture: 'p',
      signal: new AbortController().signal,
    },
    { x, level, step: 0, call: 0, ...(capture ? { capture } : {}) },
    { ms: 0, calls: 0, rowsPerCall: 0 },
  )
  const rowsOf = (model: typeof own): DenoiseRow[] => model.log.requests.flatMap(({ rows }) => rows)
  return { passes, rows: () => ({ own: rowsOf(own), weak: rowsOf(weak) }) }
}

const edit = { name: 'nag', options: { scale: 5, tau: 2.5 } }
/** Passes that all differ in one thing from a plain one, or from each other. */
const different: Pass[] = [
  { condition: condition('a') },
  { condition: condition('b') },
  { condition: condition('a'), x: tensor(3, 4) },
  { condition: condition('a'), level: { ...level, t: 499 } },
  { condition: condition('a'), level: { ...level, alpha: 0.5 } },
  { condition: condition('a'), level: { ...level, sigma: 0.9 } },
  { condition: condition('a'), model: 'weak' },
  { condition: condition('a'), edit },
  { condition: condition('a'), edit: { ...edit, name: 'pag' } },
  { condition: condition('a'), edit: { ...edit, options: { scale: 5, tau: 3 } } },
  { condition: condition('a'), edit: { ...edit, against: conditioning('b') } },
  { condition: condition('a'), edit: { ...edit, against: conditioning('c') } },
  { condition: condition('a'), edit: { ...edit, x: tensor(5, 6) } },
  { condition: condition('a'), model: 'weak', edit },
]

test('a pass asked for twice runs once; one that differs in anything runs by itself', async () => {
  const { passes, rows } = evaluation()
  const first = await Promise.all(different.map((pass) => passes.predict(pass)))
  const again = await Promise.all(different.map((pass) => passes.predict({ ...pass })))
  expect(again.map((prediction, i) => prediction === first[i])).toEqual(different.map(() => true))
  expect(new Set(first).size).toBe(different.length)
  expect([rows().own.length, rows().weak.length]).toEqual([different.length - 2, 2])
  expect(passes.counts).toEqual({ run: different.length, observed: 0 })
})

test('what is given as it stands is no difference', async () => {
  const { passes, rows } = evaluation()
  const predictions = await Promise.all([
    passes.predict({ condition: condition('a') }),
    passes.predict({ condition: { ...condition('a'), role: 'null' }, x, level: { ...level } }),
  ])
  expect(predictions[0]).toBe(predictions[1])
  expect(rows().own).toHaveLength(1)
})

test('attention is watched in plain passes of the run’s own model only', async () => {
  const spec: CaptureSpec = { tokens: 'all', maps: false }
  const { passes, rows } = evaluation(() => spec)
  await Promise.all(different.map((pass) => passes.predict(pass)))
  const watched = (all: DenoiseRow[]) => all.filter(({ capture }) => capture !== undefined)
  expect(watched(rows().own).some(({ edit }) => edit !== undefined)).toBe(false)
  expect(watched(rows().own)).toHaveLength(6)
  expect(watched(rows().weak)).toEqual([])
})
