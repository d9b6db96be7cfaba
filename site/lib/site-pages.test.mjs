import { builtInGuidances } from '@neg/core/guidance'
import { expect, test } from 'vitest'
import { menu, pageOf, siteLink } from './site-pages.mjs'

test('what is a page, and where', () => {
  expect(pageOf('README.md')).toBe('index.md')
  expect(pageOf('docs/models.md')).toBe('models.md')
  expect(pageOf('packages/web/README.md')).toBe('packages/web.md')
  expect(pageOf('site/generated/guidances/apg.md')).toBe('guidances/apg.md')
  expect(pageOf('packages/web/api.md')).toBeUndefined()
})

test('a link that leads to a page in the repository does so in the site', () => {
  expect(siteLink('docs/models.md', 'architecture.md#tests')).toBe('/architecture.md#tests')
  expect(siteLink('README.md', 'packages/core')).toBe('/packages/core.md')
  expect(siteLink('packages/core/README.md', '../../README.md')).toBe('/index.md')
  expect(siteLink('docs/models.md', '#x')).toBe('#x')
  expect(siteLink('docs/models.md', 'https://example.org')).toBe('https://example.org')
  expect(siteLink('README.md', 'package.json')).toBeUndefined()
  expect(() => siteLink('README.md', 'nowhere.md')).toThrow('README.md links to nowhere.md')
})

test('every page of docs/ is in the menu', () => {
  const names = builtInGuidances.map(({ name }) => name)
  const links = menu(names, []).flatMap(({ items }) =>
    items.flatMap(({ link, items }) => items?.map((one) => one.link) ?? link),
  )
  expect(links).toEqual(expect.arrayContaining(['/', '/ideas', '/guidances/local', '/packages/web', '/examples/vite']))
  expect(new Set(links).size).toBe(links.length)
})
