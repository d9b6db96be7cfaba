import { fileURLToPath } from 'node:url'
import { type Browser, chromium as engine, type Page } from 'playwright'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { chromium, isolation } from '../../../scripts/lib/chromium.mjs'
import { serveFolder } from '../../../scripts/lib/static-server.mjs'
import { draw, drawn, setSteps } from './studio'

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))

type StaticServer = Awaited<ReturnType<typeof serveFolder>>
let studio: StaticServer
let models: StaticServer
let browser: Browser
let page: Page
beforeEach(async () => {
  studio = await serveFolder(folder('../dist'))
  models = await serveFolder(folder('../../../fixtures/layouts'), {
    headers: { ...isolation, 'Access-Control-Allow-Origin': '*' },
  })
  // The GPU is crashed through the browser's own session, which a persistent context does not give.
  browser = await engine.launch(chromium)
  page = await browser.newPage()
  page.setDefaultTimeout(60_000)
  await page.goto(studio.url)
})
afterEach(async () => {
  await browser?.close()
  await models?.close()
  await studio?.close()
})

async function crashGpu(): Promise<void> {
  const devtools = await browser.newBrowserCDPSession()
  await devtools.send('Browser.crashGpuProcess')
  await devtools.detach()
}

const alert = (code: string) => page.getByRole('alert').filter({ hasText: code })

/** A tiny model: WebGPU is computed on the CPU here. */
async function useTinyModelOnWebgpu(): Promise<void> {
  await page.getByRole('button', { name: /^portraits/ }).click()
  await page.getByLabel('Address of a model folder').fill(`${models.url}tiny-sd15/`)
  await page.getByRole('button', { name: 'Use', exact: true }).click()
  await page.getByLabel('Device', { exact: true }).selectOption('webgpu')
  await page.getByText(/webgpu: asked for/).waitFor()
  await page.getByRole('button', { name: 'Close' }).click()
}

test('a GPU that goes away: device-lost, the next try gets it back, and where it stays away WebAssembly draws', async () => {
  await useTinyModelOnWebgpu()
  await setSteps(page, 60)
  await draw(page)
  await page.getByText(/step [1-9]\d* of 60/).waitFor({ timeout: 240_000 })
  await crashGpu()
  await alert('device-lost').waitFor()
  await setSteps(page, 2)
  await page.getByRole('button', { name: 'Try again' }).click()
  await drawn(page)
  expect(await page.getByRole('alert').count()).toBe(0)

  // While nothing is drawn; a second time, and the browser gives no adapter any more.
  await crashGpu()
  await draw(page)
  await alert('device-lost').waitFor()
  await page.getByRole('button', { name: 'Try again' }).click()
  await alert('device-unavailable').filter({ hasText: 'no WebGPU adapter' }).waitFor()
  await page.getByRole('button', { name: 'Use WebAssembly' }).click()
  await drawn(page)
})
