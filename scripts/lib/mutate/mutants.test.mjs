import { expect, test } from 'vitest'
import { instrument } from './instrument.mjs'
import { mutantsOf, sampleOf } from './mutants.mjs'

const changes = (source) =>
  mutantsOf('x.ts', source).map(({ original, text }) => `${original} → ${text || '(removed)'}`)

test('a source’s single changes', () => {
  expect(changes('const a = b < c')).toEqual(['b < c → (b) <= (c)', 'b < c → (b) >= (c)'])
  expect(changes('const a = b ?? c')).toEqual(['b ?? c → b', 'b ?? c → c'])
  expect(changes('const a = b && c')).toEqual(['b && c → (b) || (c)', 'b && c → b', 'b && c → c'])
  expect(changes('if (!a) stop()')).toEqual(['!a → true', '!a → false', '!a → a', 'stop() → (removed)'])
  expect(changes('const a = [b, ...c]')).toEqual(['[b, ...c] → [...c]', '[b, ...c] → [b]'])
  expect(changes('const a = { b, c: Math.abs(d) }')).toEqual([
    '{ b, c: Math.abs(d) } → ({ c: Math.abs(d) })',
    '{ b, c: Math.abs(d) } → ({ b })',
    'Math.abs(d) → d',
  ])
  expect(changes('const a = b.every(c), d = 0, e = 2, f = true')).toEqual([
    'b.every(c) → b.some(c)',
    '0 → 1',
    '2 → (2 + 1)',
    'true → false',
  ])
})

test('what is no value or read by people is left alone', () => {
  const source = [
    "import { a } from 'a'",
    "type B = 'b' | 1",
    "interface C { d?: 'd'; e(f: 0 | 1): void }",
    "export { g } from './g'",
    `throw new NegError('usage', \`No \${h}.\`)`,
    `const i = \`Nothing comes of \${j}\``,
    ';[k, l] = m()',
  ]
  expect(mutantsOf('x.ts', source.join('\n')).map(({ operator, original }) => [operator, original])).toEqual([
    ['statement', source[4]],
    ['statement', '[k, l] = m()'],
  ])
})

/** What a function gives with one mutant on. */
function run(source, mutants, on) {
  const reached = []
  const $mutant = (key) => {
    reached.push(key)
    return key === on
  }
  const value = new Function('$mutant', instrument(source, mutants))($mutant)
  return { value, reached }
}

test('a source with all its mutants built in does as before, or as one of them', () => {
  const source = [
    'const list = []',
    'let i = 0',
    'while (i < 3) {',
    '  i++',
    '  if (i === 2) continue',
    '  list.push(i * 2 + 1)',
    '}',
    "return [list.length > 1 && list[0] >= 3 ? 'two' : 'one', list]",
  ].join('\n')
  const mutants = mutantsOf('x.ts', source)
  const plain = new Function(source)()
  expect(run(source, mutants).value).toEqual(plain)
  const { reached } = run(source, mutants)
  expect(mutants.filter(({ key }) => !reached.includes(key)).map(({ original }) => original)).toEqual(["'one'"])
  // These would never end.
  const endless = (one) => /^i(\+\+| < 3)$/.test(one.original) || one.original === 'i === 2'
  for (const mutant of mutants.filter((one) => !endless(one))) {
    const alone = source.slice(0, mutant.start) + (mutant.text || ';') + source.slice(mutant.end)
    expect(run(source, mutants, mutant.key).value, `${mutant.original} → ${mutant.text}`).toEqual(new Function(alone)())
  }
})

test('a line that begins with a built-in mutant does not go on with the line before', () => {
  const source = "const all = []\nconst add = (x) => all.push(x)\nadd('a') && add('b')\nreturn all"
  expect(run(source, mutantsOf('x.ts', source)).value).toEqual(['a', 'b'])
})

test('a sample is the seed’s, and keeps its mutants when another file changes', () => {
  const [one, other, changed] = ['a < b\nc + d', 'e && f', 'e && f || g'].map((text, i) =>
    mutantsOf(i === 0 ? 'one.ts' : 'other.ts', text),
  )
  const keys = (mutants, seed) => sampleOf(mutants, seed, 100).map(({ key }) => key)
  const before = keys([...one, ...other], '1')
  expect(keys([...other, ...one], '1')).toEqual(before)
  expect(keys([...one, ...other], '2')).not.toEqual(before)
  const own = new Set(one.map(({ key }) => key))
  expect(keys([...one, ...changed], '1').filter((key) => own.has(key))).toEqual(before.filter((key) => own.has(key)))
})
