import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate } from '@neg/core'
import { hashToken, type NegServer, startServer } from '@neg/server'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toyModel } from './toy-model.mjs'

const token = 'browser-0123456789abcdefghij'
const folderOf = (name: string) => dirname(fileURLToPath(import.meta.resolve(name)))

/** What the page's modules import, and where this machine has it. */
const modules = ['@neg/core', '@neg/core/internal', '@neg/remote/jobs', 'zod']

/** What the page does: draws on a server and gives what came. */
const script = `
  import { generate, negServer } from '@neg/remote/jobs'
  window.draw = async ({ url, token, recipe }) => {
    const run = generate(negServer({ url, token, retries: 0 }), recipe, { previews: { every: 2 } })
    const types = []
    try {
      for await (const event of run) types.push(event.type)
      const { image, latents } = await run.result
      return { types, pixels: [...image.data], latents: [...latents.data] }
    } catch (error) {
      return { types, error: error.code ?? String(error) }
    }
  }`

interface Outcome {
  types: string[]
  pixels?: number[]
  latents?: number[]
  error?: string
}

/** A page of another origin, with the client as npm ships it. */
async function pageServer(): Promise<Server> {
  const imports: Record<string, string> = {}
  const folders: Record<string, string> = {}
  for (const name of modules) {
    const file = fileURLToPath(import.meta.resolve(name))
    // Entries of one package are in one folder, so that what they share is there once.
    const key = name.split('/').slice(0, 2).join('_').replace('@', '')
    folders[key] = folderOf(name)
    imports[name] = `/${key}/${file.slice(dirname(file).length + 1)}`
  }
  const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`
  const page = `<!doctype html>${map}<script type="module">${script}</script>`
  const server = createServer(async ({ url = '/' }, answer) => {
    const [, key, ...rest] = new URL(url, 'http://page').pathname.split('/')
    if (!folders[key]) return answer.writeHead(200, { 'content-type': 'text/html' }).end(page)
    try {
      const file = await readFile(join(folders[key], ...rest))
      answer.writeHead(200, { 'content-type': 'text/javascript' }).end(file)
    } catch {
      answer.writeHead(404).end()
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

let browser: Browser
let pages: Server
let listed: NegServer
let unlisted: NegServer
let origin: string
beforeAll(async () => {
  pages = await pageServer()
  origin = `http://localhost:${(pages.address() as AddressInfo).port}`
  const common = { models: toyModel({ ms: 2 }), tokens: [{ name: 'page', sha256: hashToken(token) }] }
  listed = await startServer({ ...common, cors: [origin] })
  unlisted = await startServer(common)
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
})
afterAll(async () => {
  await browser?.close()
  await listed?.close({ drain: 0 })
  await unlisted?.close({ drain: 0 })
  pages?.close()
})

const recipe = { prompt: 'a pirate', negatives: ['eye patch'], seed: '7', steps: 8 }

const draw = async (url: string): Promise<Outcome> => {
  const page = await browser.newPage()
  await page.goto(origin)
  await page.waitForFunction('window.draw !== undefined')
  const outcome = await page.evaluate<Outcome>(`draw(${JSON.stringify({ url, token, recipe })})`)
  await page.close()
  return outcome
}

test('a page on another origin that is listed draws with a token, and gets every step and the picture', async () => {
  const { types, pixels, latents, error } = await draw(listed.url)
  expect(error).toBeUndefined()
  expect(types.filter((type) => type === 'step-end')).toHaveLength(8)
  const here = await generate(toyModel({ ms: 0 }), recipe).result
  expect(pixels).toEqual([...here.image.data])
  expect(latents).toEqual([...here.latents.data])
})

test('a page on an origin that is not listed gets nothing', async () => {
  expect(await draw(unlisted.url)).toEqual({ types: [], error: 'remote-unreachable' })
  expect((await unlisted.context.queue.list({ limit: 1 })).jobs).toEqual([])
})
