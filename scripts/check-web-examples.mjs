/**
 * Packs the packages as npm would publish them, has `create-neg` make the projects that it makes, copies the examples of other web
 * frameworks, installs all from the tarballs, builds them, opens each in Chromium and has it draw, or has its server draw.
 *
 *   node scripts/check-web-examples.mjs [NAME…]
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium as engine } from 'playwright'
import { chromium, isolation } from './lib/chromium.mjs'
import { createPacked, installPacked, must, pack, recordOf } from './lib/packed.mjs'
import { startProject } from './lib/project-server.mjs'
import { serveFolder } from './lib/static-server.mjs'
import { root } from './lib/workspace.mjs'

/** The template that each is made from, if any; what is built of it, and the folder that is served then; or the paths of a picture that its own server draws, and of a page that draws. */
const examples = [
  { name: 'vite', from: 'vite', template: 'vite', build: ['run', 'build'], serve: 'dist', base: '/any/path/' },
  { name: 'next, Turbopack', from: 'next', template: 'next', build: ['run', 'build'], serve: 'out', base: '/' },
  { name: 'next, webpack', from: 'next', template: 'next', build: ['run', 'build:webpack'], serve: 'out', base: '/' },
  { name: 'plain', from: 'plain', serve: '.', base: '/' },
  {
    name: 'next by the AI SDK, a route handler and a page',
    from: 'next-route',
    build: ['run', 'build'],
    asks: '/picture?prompt=a%20queen&negative=necklace&seed=1',
    page: '/',
  },
]

const needed = [
  '@neg/ai',
  '@neg/core',
  '@neg/node',
  '@neg/onnx',
  '@neg/portraits',
  '@neg/remote',
  '@neg/web',
  'create-neg',
]
const work = mkdtempSync(join(tmpdir(), 'neg-examples-'))

/** A project from a template, or a copy of an example, installed from the tarballs. */
async function install({ from, template }, tarballs) {
  const folder = join(work, from)
  if (template) await createPacked(from, template, tarballs, work)
  else cpSync(join(root, 'examples', from), folder, { recursive: true })
  await installPacked(folder, tarballs)
  return folder
}

/** Opens a page, draws, and gives what it says; refuses a picture of few colours. */
async function drawIn(browser, url) {
  const page = await browser.newPage()
  const said = []
  page.on('console', (message) => said.push(message.text()))
  page.on('pageerror', (error) => said.push(error.message))
  try {
    await page.goto(url)
    await page.locator('#draw').click()
    const ended = page.locator('#status', { hasText: /^(Drawn on|\w*Error)/ })
    await ended.waitFor({ timeout: 240_000 })
    const status = await page.locator('#status').textContent()
    const colours = await page.locator('#picture').evaluate(async (picture) => {
      await picture.decode?.()
      const canvas = new OffscreenCanvas(picture.width, picture.height)
      const context = canvas.getContext('2d')
      context.drawImage(picture, 0, 0)
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
      return new Set(new Uint32Array(data.buffer)).size
    })
    if (!status.startsWith('Drawn on') || colours < 500) throw new Error(`${status} (${colours} colours)`)
    return status
  } catch (error) {
    throw new Error(`${error.message}\n${said.join('\n')}`)
  } finally {
    await page.close()
  }
}

/** Serves what an example was built to, and has it draw. */
async function open(browser, folder, base) {
  const server = await serveFolder(folder, { base, headers: isolation })
  try {
    return await drawIn(browser, server.url)
  } finally {
    await server.close()
  }
}

/** Starts an example's server and has it draw a picture, and its page another. */
async function ask(browser, folder, { asks, page }) {
  const { url, said, stop } = await startProject(folder, {
    args: ['--', '--port', '0', '--hostname', '127.0.0.1'],
    env: { NEXT_TELEMETRY_DISABLED: '1' },
  })
  try {
    const answer = await fetch(`${url}${asks}`, { signal: AbortSignal.timeout(120_000) })
    const bytes = new Uint8Array(await answer.arrayBuffer())
    const { recipe } = recordOf(bytes)
    const drew = `drew ${recipe.prompt} without ${recipe.negatives[0].text}, ${bytes.length} bytes`
    return `${drew}; its page: ${await drawIn(browser, `${url}${page}`)}`
  } catch (error) {
    throw new Error(`${error.message}\n${said()}`)
  } finally {
    await stop()
  }
}

const names = process.argv.slice(2)
const wanted = examples.filter(({ name, from }) => names.length === 0 || names.includes(name) || names.includes(from))
let failed = false
const browser = await engine.launch(chromium)
try {
  const tarballs = await pack(needed, work)
  const installed = new Map()
  for (const example of wanted) {
    const { name, from, build, serve, base, asks } = example
    try {
      if (!installed.has(from)) installed.set(from, await install(example, tarballs))
      const folder = installed.get(from)
      if (build) await must('npm', build, folder, { NEXT_TELEMETRY_DISABLED: '1', CI: '1' })
      const said = asks ? await ask(browser, folder, example) : await open(browser, join(folder, serve), base)
      process.stdout.write(`✓ ${name}: ${said}\n`)
    } catch (error) {
      failed = true
      process.stdout.write(`✗ ${name}: ${error.message.replaceAll('\n', '\n  ')}\n`)
    }
  }
} finally {
  await browser.close()
  rmSync(work, { recursive: true, force: true })
}
process.exitCode = failed ? 1 : 0
