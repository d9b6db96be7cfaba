import { existsSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { root } from '../../scripts/lib/workspace.mjs'

/** What VitePress does not make pages of. */
export const left = [
  '.*/**',
  'apps/**',
  'fixtures/**',
  'training/**',
  'packages/*/!(README).md',
  'packages/*/!(README)/**',
  'examples/*/*/**',
  'site/*.md',
]

/** Where a Markdown file of the repository lies in the site; undefined: nowhere. */
export function pageOf(path) {
  if (path === 'README.md') return 'index.md'
  const [, kind, name] = /^(packages|examples)\/([^/]+)\/README\.md$/.exec(path) ?? []
  if (kind) return `${kind}/${name}.md`
  return /^(?:docs|site\/generated)\/(.+\.md)$/.exec(path)?.[1]
}

/** The source of a built-in guidance is shown on its page. */
const sourcePage = (path) => {
  const [, name] = /^packages\/core\/src\/guidance\/([\w-]+)\.ts$/.exec(path) ?? []
  const page = `site/generated/guidances/${name}.md`
  return name && existsSync(join(root, page)) ? page : undefined
}

/**
 * Where a link leads in the site.
 * @param {string} from The repository's file that it stands in.
 * @param {string} link As written there.
 * @returns {string | undefined} An address from the site's own root; the link itself, if it leaves the repository or stays on its
 *   page; undefined: to a file that is no page.
 * @throws where the repository has no such file
 */
export function siteLink(from, link) {
  if (/^([a-z][a-z+.-]*:|#)/i.test(link)) return link
  const [path, anchor] = link.split('#')
  const target = posix.join(posix.dirname(from), decodeURI(path))
  if (!existsSync(join(root, target))) throw new Error(`${from} links to ${link}, which is not there.`)
  const file = target.endsWith('.md') ? target : (sourcePage(target) ?? posix.join(target, 'README.md'))
  const page = existsSync(join(root, file)) ? pageOf(file) : undefined
  return page && `/${page}${anchor === undefined ? '' : `#${anchor}`}`
}

/** Every page of docs/, by what stands in the menu. */
const guides = {
  Begin: {
    ideas: 'What guidance is',
    'coming-from': 'Coming from other tools',
  },
  Guides: {
    models: 'Models and backends',
    recommendations: 'What a model recommends',
    editing: 'Editing pictures',
    studio: 'The studio',
    browser: 'In the browser',
    remote: 'Models on other machines',
    server: 'As a server',
    'write-a-guidance': 'A guidance of your own',
    'write-a-scheduler': 'A scheduler of your own',
  },
  Measured: {
    findings: 'When negatives act',
    numerics: 'Numbers against others',
    performance: 'What it costs',
  },
}

const inner = { architecture: 'Architecture', stability: 'What is promised' }

const inside = (folder) =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, folder, entry.name, 'README.md')))
    .map(({ name }) => name)
const listed = (folder) => inside(folder).map((name) => ({ text: name, link: `/${folder}/${name}` }))

/**
 * The menu: all of docs/, a page for each guidance, package and example, and the reference.
 * @param {string[]} guidances
 * @param {{ text: string, link: string }[]} reference
 * @throws where docs/ has a page that is in no group
 */
export function menu(guidances, reference) {
  const placed = new Set([...[...Object.values(guides), inner].flatMap(Object.keys), 'guidance'])
  const lost = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md') && !placed.has(name.slice(0, -3)))
  if (lost.length > 0) throw new Error(`site-pages.mjs has no place in the menu for docs/${lost.join(', docs/')}.`)
  const group = (text, pages) => ({
    text,
    items: Object.entries(pages).map(([name, title]) => ({ text: title, link: `/${name}` })),
  })
  return [
    { text: 'Begin', items: [{ text: 'neg', link: '/' }, ...group('', guides.Begin).items] },
    group('Guides', guides.Guides),
    {
      text: 'Guidance',
      items: [
        { text: 'Notation, forms, comparison', link: '/guidance' },
        {
          text: 'Each of them',
          collapsed: true,
          items: guidances.map((name) => ({ text: name, link: `/guidances/${name}` })),
        },
      ],
    },
    group('Measured', guides.Measured),
    { text: 'Packages', collapsed: true, items: listed('packages') },
    { text: 'Examples', collapsed: true, items: listed('examples') },
    { text: 'Reference', collapsed: true, items: reference },
    group('Inside', inner),
  ]
}
