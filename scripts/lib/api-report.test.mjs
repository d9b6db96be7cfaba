import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apiReport, experimentalOf } from './api-report.mjs'

const manifest = {
  name: 'toy',
  exports: {
    '.': { types: './index.d.ts' },
    './more': { types: './more.d.ts' },
    './internal': { types: './internal.d.ts' },
    './package.json': './package.json',
  },
}
const files = {
  'chunk.d.ts':
    'interface Inner { b: string }\n/** Says something. */\ninterface A { inner: Inner }\nexport { type A as x }\n',
  'index.d.ts': "import { x as A } from './chunk.js'\ndeclare const f: (a: A) => number\nexport { type A, f }\n",
  'more.d.ts': "import { x as A } from './chunk.js'\ndeclare function g(): void\nexport { type A, g }\n",
  'internal.d.ts': 'export declare const secret: 1\n',
}

function reportOf(changed = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'neg-api-'))
  try {
    for (const [name, text] of Object.entries({ ...files, ...changed })) writeFileSync(join(folder, name), text)
    return apiReport(folder, manifest)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('what a package exports stands in its report once, with what that is made of; what is internal does not', () => {
  const lines = reportOf()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('```'))
  expect(lines).toEqual([
    '# What toy exports',
    'Recorded by `npm run api`.',
    '## toy',
    'interface A {',
    '    inner: Inner;',
    '}',
    'declare const f: (a: A) => number;',
    '## toy/more',
    '// A, as in toy',
    'declare function g(): void;',
    '## Made of',
    'interface Inner {',
    '    b: string;',
    '}',
  ])
})

test.each([
  ['a type that an exported one is made of', { 'chunk.d.ts': files['chunk.d.ts'].replace('string', 'number') }, false],
  ['an export less', { 'more.d.ts': files['more.d.ts'].replace('{ type A, g }', '{ type A }') }, false],
  ['a comment', { 'chunk.d.ts': files['chunk.d.ts'].replace('Says', 'Tells') }, true],
  ['something internal', { 'internal.d.ts': 'export declare const other: 2\n' }, true],
])('%s changes the report, or does not', (_, changed, same) => {
  expect(reportOf(changed) === reportOf()).toBe(same)
})

test('what is experimental is marked, so that its end is a change of the surface', () => {
  const marked = { 'more.d.ts': files['more.d.ts'].replace('declare', '/** Does it. @experimental */\ndeclare') }
  expect(reportOf(marked)).not.toBe(reportOf())
  expect(experimentalOf(reportOf(marked))).toEqual([{ entry: 'toy/more', name: 'g' }])
  expect(experimentalOf(reportOf())).toEqual([])
})
