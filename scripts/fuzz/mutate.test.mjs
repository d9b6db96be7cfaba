import { expect, test } from 'vitest'
import { mutatedBytes, mutatedJson } from './mutate.mjs'
import { caseRandom } from './random.mjs'

const data = { prompt: 'a', steps: 3, negatives: [{ text: 'b', window: { from: 0, to: 1 } }] }
const cases = Array.from({ length: 200 }, (_, number) => number)

test('a case follows from kind, seed and number alone', () => {
  const text = (kind, seed, number) => mutatedJson(data, caseRandom(kind, seed, number))
  for (const number of cases) expect(text('recipes', 1, number)).toBe(text('recipes', 1, number))
  expect(new Set(cases.map((number) => text('recipes', 1, number))).size).toBeGreaterThan(100)
  expect(cases.map((number) => text('recipes', 2, number))).not.toEqual(
    cases.map((number) => text('recipes', 1, number)),
  )
})

test('what is mutated stays as it was, and its copies are something else', () => {
  const before = structuredClone(data)
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i)
  const texts = cases.map((number) => mutatedJson(data, caseRandom('a', 1, number)))
  expect(data).toEqual(before)
  expect(texts.filter((text) => text !== JSON.stringify(data)).length).toBeGreaterThan(190)
  // Some hold what JSON has not, or keys that objects swallow.
  for (const raw of ['NaN', '1e999', '__proto__']) expect(texts.some((text) => text.includes(raw))).toBe(true)
  for (const number of cases) mutatedBytes(bytes, caseRandom('b', 1, number))
  expect(bytes).toEqual(Uint8Array.from({ length: 100 }, (_, i) => i))
})
