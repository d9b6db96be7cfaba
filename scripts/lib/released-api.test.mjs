import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { digestOf, namedPackages, unannounced } from './released-api.mjs'

const api = (more) => `# What @neg/x exports\n\nconst version = "0.1.0";\n${more}`
const released = { version: '0.1.0', digests: { '@neg/x': digestOf(api('')) } }

test('what exports something else than its last release is named by a changeset', () => {
  expect(unannounced('@neg/x', api(''), released, new Set())).toBeUndefined()
  expect(unannounced('@neg/x', api('').replace('0.1.0', '0.2.0'), released, new Set())).toBeUndefined()
  expect(unannounced('@neg/x', api('more'), released, new Set(['@neg/x']))).toBeUndefined()
  expect(unannounced('@neg/x', api('more'), released, new Set(['@neg/y']))).toMatch(
    /^exports something else than 0.1.0 did, and no changeset names it/,
  )
  expect(unannounced('@neg/y', api(''), { version: null, digests: {} }, new Set())).toMatch(/^has not been released/)
})

test('changesets are read for the packages that they name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'neg-changesets-'))
  try {
    writeFileSync(join(folder, 'README.md'), '---\n"@neg/no": minor\n---\n')
    writeFileSync(join(folder, 'a.md'), '---\n"@neg/x": minor\n\'@neg/y\': patch\n---\n\n"@neg/z": is a word here\n')
    writeFileSync(join(folder, 'b.md'), '---\ncreate-neg: minor\n---\n')
    expect([...namedPackages(folder)].sort()).toEqual(['@neg/x', '@neg/y', 'create-neg'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
