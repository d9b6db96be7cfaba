import { expect, test } from 'vitest'
import { installedMatches } from './install.mjs'
import { addresses, importsOf, lengths, longest, platform, undeclared, unfinished, versions } from './source-checks.mjs'
import { countOf } from './stages.mjs'
import { withDependencies } from './workspace.mjs'

const file = (path, text) => ({ path, text: () => text })

test('an installation matches its lock but for what other platforms need', () => {
  const lock = {
    packages: {
      '': { name: 'root' },
      'packages/cli': { name: '@neg/cli' },
      'node_modules/@neg/cli': { resolved: 'packages/cli', link: true },
      'node_modules/a': { version: '1.0.0', integrity: 'x' },
      'node_modules/b-darwin': { version: '1.0.0', integrity: 'y', optional: true },
    },
  }
  const installed = {
    packages: {
      'node_modules/@neg/cli': { resolved: 'packages/cli', link: true },
      'node_modules/a': { version: '1.0.0', integrity: 'x', resolved: 'somewhere' },
    },
  }
  expect(installedMatches(lock, installed)).toBe(true)
  const older = { packages: { ...installed.packages, 'node_modules/a': { version: '0.9.0', integrity: 'z' } } }
  expect(installedMatches(lock, older)).toBe(false)
  const without = { packages: { 'node_modules/a': installed.packages['node_modules/a'] } }
  expect(installedMatches(lock, without)).toBe(false)
})

test('a test runner’s tests each count; what could not be loaded, or failed outside any test, counts as failed', () => {
  const passed = { status: 'passed', assertionResults: [{}] }
  expect(countOf({ numPassedTests: 3, numFailedTests: 0, testResults: [passed] }, 0)).toEqual({ passed: 3, failed: 0 })
  expect(countOf({ numPassedTests: 3, numFailedTests: 2, testResults: [] }, 1)).toEqual({ passed: 3, failed: 2 })
  const broken = { status: 'failed', assertionResults: [] }
  expect(countOf({ numPassedTests: 3, numFailedTests: 0, testResults: [broken] }, 1)).toEqual({ passed: 3, failed: 1 })
  expect(countOf({ numPassedTests: 3, numFailedTests: 0, testResults: [] }, 1)).toEqual({ passed: 3, failed: 1 })
  expect(countOf(undefined, 1)).toEqual({ passed: 0, failed: 1 })
})

test('imports are found in whatever syntax', () => {
  const text = "import a from 'a'\nimport type { B } from 'b'\nexport * from 'c'\nconst d = await import('d')\n"
  expect(importsOf(file('x.ts', text))).toEqual(['a', 'b', 'c', 'd'])
})

test('what is not declared is found: in sources by dependencies, in tests by those of development too', () => {
  const manifest = { name: '@neg/x', dependencies: { zod: '4' }, devDependencies: { 'fast-check': '4' } }
  const text =
    "import 'zod'; import 'node:fs'; import './y'; import '@neg/x/part'; import 'fast-check'; import '@neg/core/z'"
  const found = undeclared(manifest, [file('p/a.ts', text), file('p/a.test.ts', text)], { devDependencies: {} })
  expect(found).toEqual([
    'p/a.ts imports fast-check, which @neg/x does not declare',
    'p/a.ts imports @neg/core/z, which @neg/x does not declare',
    'p/a.test.ts imports @neg/core/z, which @neg/x does not declare',
  ])
})

test('what a package’s own imports map names is declared', () => {
  const manifest = { name: '@neg/x', imports: { '#one': './one.js' } }
  const text = "import '#one'\nimport '#two'"
  expect(undeclared(manifest, [file('p/a.ts', text)], { devDependencies: {} })).toEqual([
    'p/a.ts imports #two, which @neg/x does not declare',
  ])
})

test('a platform is found by its modules and its globals, not by names that the file declares', () => {
  expect(platform([file('a.ts', "import { readFileSync } from 'node:fs'")])).toEqual(['a.ts imports node:fs'])
  expect(platform([file('a.ts', 'const y = process.env')])).toEqual(['a.ts uses process, which not every platform has'])
  expect(
    platform([file('a.ts', 'const f = (window: number) => window + 1; const o = { process: x.process }')]),
  ).toEqual([])
  expect(platform([file('a.test.ts', "import 'node:fs'")])).toEqual([])
})

test('addresses of registries and paths of machines are found', () => {
  const registry = ['https://registry', 'npmjs.org/x'].join('.')
  const home = ['', 'home', 'me', 'x'].join('/')
  expect(
    addresses([file('a.md', registry), file('b.ts', `const x = '${home}'`), file('c.md', 'https://arxiv.org')]),
  ).toEqual(['a.md holds the address of a registry', 'b.ts holds a path of one machine'])
})

test('files that are too long are found', () => {
  expect(lengths([file('a.ts', 'x\n'.repeat(longest)), file('b.ts', 'x\n'.repeat(longest + 1))])).toEqual([
    `b.ts has ${longest + 1} lines; at most ${longest}: make it two files`,
  ])
})

test('tests that are left out are found, and notes to oneself', () => {
  const say = (text) => unfinished([file('a.test.ts', text)])
  expect(say(['it', 'only("x")'].join('.'))).toEqual(['a.test.ts singles tests out or leaves them to be written'])
  expect(say(['describe', 'skip("x")'].join('.'))).toEqual(['a.test.ts skips tests'])
  expect(say(`// ${['TO', 'DO'].join('')}: later`)).toEqual(['a.test.ts holds a note to oneself'])
  expect(say('it("only")\nlist.only(3)\ntest.each([1])("x")')).toEqual([])
})

test('a version that a source repeats is its package’s', () => {
  const source = (text) => [file('p/src/version.ts', text)]
  expect(versions({ name: 'x', version: '0.2.0' }, source("export const version = '0.1.0'"))).toEqual([
    'p/src/version.ts says 0.1.0; x is 0.2.0',
  ])
  expect(versions({ name: 'x', version: '0.1.0' }, source("export const version = '0.1.0'"))).toEqual([])
})

test('a package comes after what it needs', () => {
  const one = (name, dependencies = {}) => ({ name, folder: name, manifest: { dependencies } })
  const all = [one('cli', { node: '1', core: '1' }), one('node', { core: '1' }), one('core'), one('web')]
  expect(withDependencies('cli', all).map(({ name }) => name)).toEqual(['core', 'node', 'cli'])
})
