import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installed, isAllowed, unlicensed } from './licences.mjs'

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0)', true],
  ['Apache-2.0 AND LGPL-3.0-or-later', true],
  ['MIT AND GPL-3.0', false],
  ['SEE LICENSE IN LICENSE.md', false],
  [undefined, false],
])('%s: %s', (expression, expected) => expect(isAllowed(expression)).toBe(expected))

test('what is installed anywhere below a project is found, and what is wrong with it said', () => {
  const project = mkdtempSync(join(tmpdir(), 'neg-licences-'))
  const put = (path, manifest) => {
    const folder = join(project, 'node_modules', path)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  }
  try {
    put('a', { name: 'a', version: '1.0.0', license: 'MIT' })
    put('a/node_modules/@b/c', { name: '@b/c', version: '2.0.0', license: 'GPL-3.0' })
    put('old', { name: 'old', version: '0.1.0', licenses: [{ type: 'MIT' }] })
    put('none', { name: 'none', version: '1.0.0' })
    const found = installed(project)
    expect(found.map(({ manifest }) => manifest.name).sort()).toEqual(['@b/c', 'a', 'none', 'old'])
    expect(unlicensed(found).sort()).toEqual(['@b/c 2.0.0 is under GPL-3.0', 'none 1.0.0 is under none'])
  } finally {
    rmSync(project, { recursive: true })
  }
})
