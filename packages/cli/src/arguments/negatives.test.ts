import fc from 'fast-check'
import { expect, test } from 'vitest'
import { negativeCollector } from './negatives'

type Flag = ['negative', string] | ['scale', string] | ['window', string]

function collect(flags: Flag[]) {
  const collector = negativeCollector()
  for (const [name, text] of flags) collector[name](text)
  return collector.flags()
}

test('after a negative, scale and window belong to it; before the first they are defaults', () => {
  const flags = collect([
    ['scale', '3'],
    ['window', '0-0.5'],
    ['negative', 'glasses'],
    ['negative', 'beard'],
    ['scale', '1.5'],
    ['window', '4/30-15/30'],
  ])
  expect(flags.defaults).toEqual({ scale: 3, window: { from: 0, to: 0.5 } })
  expect(flags.negatives).toEqual([
    { text: 'glasses' },
    { text: 'beard', scale: 1.5, window: { from: 4 / 30, to: 15 / 30 } },
  ])
})

test('a setting changes the last negative before it and nothing else', () => {
  const flag = fc.oneof(
    fc.string().map((text): Flag => ['negative', text]),
    fc.integer({ min: 0, max: 20 }).map((n): Flag => ['scale', String(n)]),
  )
  fc.assert(
    fc.property(fc.array(flag, { maxLength: 12 }), (flags) => {
      const { defaults, negatives } = collect(flags)
      const texts = flags.filter(([name]) => name === 'negative').map(([, text]) => text)
      expect(negatives.map(({ text }) => text)).toEqual(texts)
      // The last scale between one negative and the next is that negative's.
      const parts: (number | undefined)[] = [undefined]
      for (const [name, text] of flags) {
        if (name === 'negative') parts.push(undefined)
        else parts[parts.length - 1] = Number(text)
      }
      expect([defaults.scale, ...negatives.map(({ scale }) => scale)]).toEqual(parts)
    }),
    { seed: 1, numRuns: 200 },
  )
})
