import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nestsDeeper } from './json-depth'

const bytes = (text: string) => new TextEncoder().encode(text)
const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? 1 + Math.max(0, ...Object.values(value).map(depthOf), ...(Array.isArray(value) ? value.map(depthOf) : []))
    : 0

it('tells the depth of any JSON, whatever its strings hold', () => {
  const text = fc.stringMatching(/^["\\[\]{}a]{0,6}$/)
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ depthSize: 'small' }, text, tie('list'), tie('record')),
    list: fc.array(tie('any'), { maxLength: 3 }),
    record: fc.dictionary(text, tie('any'), { maxKeys: 3 }),
  })).any
  fc.assert(
    fc.property(value, (value) => {
      const depth = depthOf(value)
      expect(nestsDeeper(bytes(JSON.stringify(value)), depth)).toBe(false)
      if (depth > 0) expect(nestsDeeper(bytes(JSON.stringify(value)), depth - 1)).toBe(true)
    }),
    { seed: 1, numRuns: 500 },
  )
})

it('tells at once of 30 MB of brackets', () => {
  const body = new Uint8Array(30_000_000).fill('['.charCodeAt(0))
  const before = performance.now()
  expect(nestsDeeper(body)).toBe(true)
  expect(performance.now() - before).toBeLessThan(100)
})
