/**
 * `npm run docs`: the site of documents, of docs/, the READMEs, the packages' docstrings and what the guidances say of themselves, in
 * site/dist, which any static host serves.
 *
 *   npm run docs
 *   npm run docs -- --base /neg/     to lie under that path
 *   npm run docs -- --serve          and serves it here (--port 4322)
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuilt } from './lib/build.mjs'
import { isolation } from './lib/chromium.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { must } from './lib/packed.mjs'
import { readStamp, writeStamps } from './lib/stamp.mjs'
import { serveFolder } from './lib/static-server.mjs'
import { root } from './lib/workspace.mjs'

const { values } = parseArgs({
  options: {
    base: { type: 'string', default: process.env.NEG_DOCS_BASE ?? '/' },
    serve: { type: 'boolean', default: false },
    port: { type: 'string', default: '4322' },
  },
})
const say = (line) => process.stderr.write(`${line}\n`)
const site = join(root, 'site')
const generated = join(site, 'generated')
const output = join(site, 'dist')

try {
  if (!/^\/(.*\/)?$/.test(values.base))
    throw new Error(`--base is a path that begins and ends with /, not ${values.base}.`)
  await ensureInstalled(say)
  await ensureBuilt(say)
  await installSite()
  await writePages()
  say('Building the site …')
  await must(join(site, 'node_modules', '.bin', 'vitepress'), ['build', site], root, { NEG_DOCS_BASE: values.base })
  const { deadLinks } = await import('../site/lib/dead-links.mjs')
  const dead = deadLinks(output, values.base)
  if (dead.length > 0) throw new Error(`Links lead nowhere:\n${dead.join('\n')}`)
  say(`The site is in ${output}.`)
  if (values.serve) {
    const { url } = await serveFolder(output, { port: Number(values.port), base: values.base, headers: isolation })
    say(`It is at ${url} (Ctrl C stops it).`)
  }
} catch (error) {
  say(error.code === 'EADDRINUSE' ? `Port ${values.port} is taken: npm run docs -- --serve --port 4323` : error.message)
  process.exit(1)
}

/** VitePress and what it needs are installed for who builds the site, not for who draws. */
async function installSite() {
  const digest = createHash('sha256')
    .update(readFileSync(join(site, 'package-lock.json')))
    .digest('hex')
  if (readStamp('site') === digest && existsSync(join(site, 'node_modules', '.bin', 'vitepress'))) return
  say('Installing what builds the site (npm ci) …')
  await must('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], site)
  writeStamps({ site: digest })
}

/** What is in no document of its own: a page and a picture for each guidance, and the reference. */
async function writePages() {
  const { builtInGuidances } = await import('@neg/core/guidance')
  const { mathOf } = await import('../site/lib/math.mjs')
  const { guidancePages } = await import('../site/lib/guidance-pages.mjs')
  const { drawPictures } = await import('../site/lib/pictures.mjs')
  const { writeReference } = await import('../site/lib/reference.mjs')
  rmSync(generated, { recursive: true, force: true })
  const folder = join(generated, 'guidances')
  mkdirSync(folder, { recursive: true })
  say('Drawing a picture for each guidance …')
  await drawPictures(
    builtInGuidances.map(({ name }) => name),
    join(folder, 'pictures'),
  )
  for (const [name, text] of Object.entries(guidancePages(mathOf))) writeFileSync(join(folder, `${name}.md`), text)
  say('Reading the docstrings …')
  await writeReference(join(generated, 'reference'))
}
