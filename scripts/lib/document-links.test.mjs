import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { anchorsOf, linksOf } from './document-links.mjs'
import { root } from './workspace.mjs'

test('headings lead where GitHub has them', () => {
  const text =
    '# Where the thing is: `local`\n## [A link](x.md), and more\n## Twice\n## Twice\n```\n# no heading\n```\n'
  expect(anchorsOf(text)).toEqual(['where-the-thing-is-local', 'a-link-and-more', 'twice', 'twice-1'])
})

test('links within the repository are found, those to elsewhere and in code are not', () => {
  const text = '[a](b.md#c) ![p](p.png) [w](https://example.org) `[x](y)`\n```\n[z](z)\n```\n[d](#e)'
  expect(linksOf(text)).toEqual(['b.md#c', 'p.png', '#e'])
})

const documents = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
})
  .toString()
  .split('\0')
  .filter((path) => path !== '' && !path.startsWith('fixtures/') && existsSync(join(root, path)))

const read = (path) => readFileSync(path, 'utf8')

/** Links of a document that lead nowhere. */
const dead = (document) =>
  linksOf(read(join(root, document))).filter((link) => {
    const [path, anchor] = link.split('#')
    const target = path === '' ? join(root, document) : resolve(root, dirname(document), decodeURI(path))
    if (!existsSync(target) || relative(root, target).startsWith('..')) return true
    return anchor !== undefined && !(statSync(target).isFile() && anchorsOf(read(target)).includes(decodeURI(anchor)))
  })

test('no document has a link that leads nowhere', () => {
  expect(documents.length).toBeGreaterThan(20)
  const found = documents.flatMap((document) => dead(document).map((link) => `${document}: ${link}`))
  expect(found).toEqual([])
})
