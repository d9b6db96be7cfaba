import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { experimentalOf } from './api-report.mjs'
import { packages, root } from './workspace.mjs'

const reports = packages()
  .map(({ folder }) => join(folder, 'api.md'))
  .filter(existsSync)
  .map((file) => readFileSync(file, 'utf8'))

/** Rows of docs/stability.md: an entry, and names, or `everything`. */
const listed = [
  ...readFileSync(join(root, 'docs/stability.md'), 'utf8').matchAll(/^\| `(@neg\/[\w/-]+)` \| (.*?) \|/gm),
].map(([, entry, names]) => [
  entry,
  names === 'everything' ? names : [...names.matchAll(/`(\w+)`/g)].map(([, one]) => one),
])

/** Names that an entry declares, those of other entries left out. */
const declared = (entry) => {
  const section = reports.flatMap((report) => report.split(/^## /m)).find((text) => text.startsWith(`${entry}\n`))
  return [...section.matchAll(/^(?:declare )?(?:interface|type|const|function|class) (\w+)/gm)].map(([, name]) => name)
}

test('docs/stability.md lists what the docstrings say is experimental, and nothing else', () => {
  const marked = reports.flatMap(experimentalOf).map(({ entry, name }) => `${entry} ${name}`)
  const promised = listed.flatMap(([entry, names]) =>
    (names === 'everything' ? declared(entry) : names).map((name) => `${entry} ${name}`),
  )
  expect(marked.length).toBeGreaterThan(50)
  expect(promised.sort()).toEqual(marked.sort())
})
