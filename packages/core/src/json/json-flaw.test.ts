import fc from 'fast-check'
import { expect, it } from 'vitest'
import { deepestJson, jsonFlaw } from './json-flaw'

it('finds nothing in any JSON but the key __proto__', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 20 }), (text) => {
      // A text may hold the word, too.
      const value = JSON.parse(text.replaceAll('__proto__', '_proto_'))
      expect(jsonFlaw(value)).toBeUndefined()
    }),
    { seed: 1 },
  )
})

it('finds the key at any place', () => {
  expect(jsonFlaw(JSON.parse('{"a":[{},{"b":{"__proto__":1}}]}'))).toEqual({
    path: ['a', 1, 'b'],
    message: 'Unrecognized key: "__proto__"',
  })
  expect(jsonFlaw(JSON.parse('{"__proto__":null}'))).toMatchObject({ path: [] })
  // A prototype that a literal sets is no key.
  expect(jsonFlaw({ __proto__: { a: 1 } })).toBeUndefined()
})

it('finds data that nests too deep, or holds itself, at once', () => {
  const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels))
  expect(jsonFlaw(nested(deepestJson))).toBeUndefined()
  expect(jsonFlaw(nested(deepestJson + 2))).toMatchObject({ message: 'nests deeper than 64 levels' })
  expect(jsonFlaw(nested(100_000))).toMatchObject({ message: 'nests deeper than 64 levels' })
  const self: unknown[] = []
  self.push(self, self)
  expect(jsonFlaw(self)).toMatchObject({ message: 'nests deeper than 64 levels' })
  // Shared, not nested: 2^60 ways lead to its end.
  let shared: unknown = 1
  for (let i = 0; i < 60; i++) shared = [shared, shared]
  expect(jsonFlaw(shared)).toBeUndefined()
})
