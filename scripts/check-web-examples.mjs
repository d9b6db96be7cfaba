/**
 * Packs the packages as npm would publish them, installs the examples of web frameworks from the tarballs, builds them, opens each
 * in Chromium and has it draw, or has its server draw.
 *
 *   node scripts/check-web-examples.mjs [NAME…]
 */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPngText } from '@neg/core'
import { chromium as engine } from 'playwright'
import { chromium, isolation } from './lib/chromium.mjs'
import { capture } from './lib/run.mjs'
import { serveFolder } from './lib/static-server.mjs'
import { packages, root } from './lib/workspace.mjs'

/** What is built of each example, and the folder that is served then; or the path of a picture that its own server draws. */
const examples = [
  { name: 'vite', from: 'vite', build: ['run', 'build'], serve: 'dist', base: '/any/path/' },
  { name: 'next, Turbopack', from: 'next', build: ['run', 'build'], serve: 'out', base: '/' },
  { name: 'next, webpack', from: 'next', build: ['run', 'build:webpack'], serve: 'out', base: '/' },
  { name: 'plain', from: 'plain', serve: '.', base: '/' },
  {
    name: 'next, a route handler',
    from: 'next-route',
    build: ['run', 'build'],
    asks: '/picture?prompt=a%20queen&negative=necklace&seed=1',
  },
]

const needed = ['@neg/ai', '@neg/core', '@neg/node', '@neg/onnx', '@neg/portraits', '@neg/remote', '@neg/web']
const work = mkdtempSync(join(tmpdir(), 'neg-examples-'))

async function must(command, args, cwd) {
  const { code, output } = await capture(command, args, {
    cwd,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', CI: '1' },
  })
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed (exit ${code}):\n${output.trim()}`)
  return output
}

/** Name → tarball of every package that the examples need. */
async function pack() {
  const tarballs = {}
  for (const { name, folder } of packages().filter(({ name }) => needed.includes(name))) {
    const output = await must('npm', ['pack', '--json', '--pack-destination', work], folder)
    tarballs[name] = join(work, JSON.parse(output.slice(output.indexOf('[')))[0].filename)
  }
  return tarballs
}

/** A copy of an example that depends on the tarballs. */
async function install(from, tarballs) {
  const folder = join(work, from)
  cpSync(join(root, 'examples', from), folder, { recursive: true })
  const file = join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  // All of them: what a tarball depends on is in no registry yet.
  manifest.overrides = Object.fromEntries(Object.entries(tarballs).map(([name, tarball]) => [name, `file:${tarball}`]))
  for (const name of Object.keys(manifest.dependencies)) {
    if (name in tarballs) manifest.dependencies[name] = `file:${tarballs[name]}`
  }
  writeFileSync(file, JSON.stringify(manifest, null, 2))
  await must('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], folder)
  return folder
}

/** Opens a page, draws, and gives what it says and how many colours its picture has. */
async function open(browser, folder, base) {
  const server = await serveFolder(folder, { base, headers: isolation })
  const page = await browser.newPage()
  const said = []
  page.on('console', (message) => said.push(message.text()))
  page.on('pageerror', (error) => said.push(error.message))
  try {
    await page.goto(server.url)
    await page.locator('#draw').click()
    await page.getByText(/^(Drawn on|\w*Error)/).waitFor({ timeout: 240_000 })
    const colours = await page.locator('#picture').evaluate((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      return new Set(new Uint32Array(data.buffer)).size
    })
    const status = await page.locator('#status').textContent()
    if (!status.startsWith('Drawn on') || colours < 500) throw new Error(`${status} (${colours} colours)`)
    return status
  } catch (error) {
    throw new Error(`${error.message}\n${said.join('\n')}`)
  } finally {
    await page.close()
    await server.close()
  }
}

/** Starts an example's server and has it draw a picture. */
async function ask(folder, path) {
  const server = spawn('npm', ['start', '--', '--port', '0', '--hostname', '127.0.0.1'], {
    cwd: folder,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
    detached: true,
  })
  let said = ''
  const url = new Promise((resolve, reject) => {
    const hear = (text) => {
      said += text
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)
      if (address) resolve(address[0])
    }
    server.stdout.on('data', hear)
    server.stderr.on('data', hear)
    server.on('exit', () => reject(new Error('the server ended')))
  })
  try {
    const answer = await fetch(`${await url}${path}`, { signal: AbortSignal.timeout(120_000) })
    const bytes = new Uint8Array(await answer.arrayBuffer())
    const { recipe } = JSON.parse(readPngText(bytes).neg)
    return `drew ${recipe.prompt} without ${recipe.negatives[0].text}, ${bytes.length} bytes`
  } catch (error) {
    throw new Error(`${error.message}\n${said}`)
  } finally {
    process.kill(-server.pid)
  }
}

const names = process.argv.slice(2)
const wanted = examples.filter(({ name, from }) => names.length === 0 || names.includes(name) || names.includes(from))
let failed = false
const browser = await engine.launch(chromium)
try {
  const tarballs = await pack()
  const installed = new Map()
  for (const { name, from, build, serve, base, asks } of wanted) {
    try {
      if (!installed.has(from)) installed.set(from, await install(from, tarballs))
      const folder = installed.get(from)
      if (build) await must('npm', build, folder)
      const said = asks ? await ask(folder, asks) : await open(browser, join(folder, serve), base)
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
