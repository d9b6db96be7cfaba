import { relative } from 'node:path'
import { builtInGuidances } from '@neg/core/guidance'
import { defineConfig } from 'vitepress'
import { slugOf } from '../../scripts/lib/document-links.mjs'
import { root } from '../../scripts/lib/workspace.mjs'
import { entries, referencePage } from '../lib/reference.mjs'
import { left, menu, pageOf, siteLink } from '../lib/site-pages.mjs'

const guidances = builtInGuidances.map(({ name }) => name)
const reference = entries().map(({ name }) => ({ text: name, link: `/reference/${referencePage(name)}` }))

/** Links as the repository has them lead in the site, too; those to files that are no pages become plain text. */
function repositoryLinks(md) {
  md.core.ruler.push('repository-links', ({ tokens, env }) => {
    const from = relative(root, env.realPath ?? env.path)
    for (const { children } of tokens) {
      const open = []
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          const link = siteLink(from, token.attrGet('href'))
          if (link === undefined) token.tag = 'span'
          token.attrs = link === undefined ? [] : [['href', link]]
          if (link === undefined) token.type = 'plain_open'
          open.push(token)
        } else if (token.type === 'link_close' && open.pop().tag === 'span') {
          token.tag = 'span'
          token.type = 'plain_close'
        }
      }
    }
  })
}

export default defineConfig({
  title: 'neg',
  description: 'Text-to-image diffusion in TypeScript, in which guidance is the product.',
  srcDir: '..',
  srcExclude: left,
  rewrites: (path) => pageOf(path) ?? path,
  // Under whatever path it lies: NEG_DOCS_BASE, `npm run docs -- --base /neg/`.
  base: process.env.NEG_DOCS_BASE ?? '/',
  outDir: 'dist',
  lastUpdated: false,
  // Fonts, scripts and the search come from the site itself.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: {
    anchor: { slugify: slugOf },
    // Braces are formulas'.
    attrs: { disable: true },
    config: repositoryLinks,
  },
  themeConfig: {
    sidebar: menu(guidances, reference),
    nav: [
      { text: 'Guidance', link: '/guidance' },
      { text: 'Reference', link: '/reference/' },
    ],
    outline: [2, 3],
    search: { provider: 'local' },
  },
  vite: {
    // The model's files keep their names' ends, and small ones stay files: they are fetched, not imported.
    build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 2000 },
    worker: { format: 'es' },
    optimizeDeps: { exclude: ['@neg/core', '@neg/web', '@neg/portraits', 'onnxruntime-web'] },
  },
})
