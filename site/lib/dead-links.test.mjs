import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { deadLinks } from './dead-links.mjs'

const folder = mkdtempSync(join(tmpdir(), 'neg-links-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('links to pages, places and files that are not there are found, by whatever path the site lies under', () => {
  mkdirSync(join(folder, 'deep'))
  writeFileSync(
    join(folder, 'index.html'),
    '<a id="top" href="/x/deep/a.html#here"></a><a href="#top"></a><a href="https://e.org"></a>',
  )
  writeFileSync(
    join(folder, 'deep', 'a.html'),
    '<h2 id="here"></h2><a href="/x/"></a><a href="../index.html#gone"></a><img src="/x/p.png"><a href="/deep/a.html"></a>',
  )
  expect(deadLinks(folder, '/x/')).toEqual([
    'deep/a.html: ../index.html#gone',
    'deep/a.html: /x/p.png',
    'deep/a.html: /deep/a.html',
  ])
})
