import { fileURLToPath } from 'node:url'
import { type Browser, chromium as engine, type Page } from 'playwright'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { chromium, isolation } from '../../../../scripts/lib/chromium.mjs'
import { serveFolder } from '../../../../scripts/lib/static-server.mjs'

interface Outcome {
  readonly device?: string
  readonly message?: string
  readonly error?: string
  readonly pixels?: number
}

declare global {
  /** What `page.html` offers. */
  var lab: {
    readonly steps: number
    open(device: string, attention?: string): Promise<Outcome>
    draw(steps: number): Promise<Outcome>
    dispose(): Promise<unknown>
  }
  /** In the model's worker: when onnxruntime asked for its device. */
  var runtimeAsked: Promise<void>
}

let server: Awaited<ReturnType<typeof serveFolder>>
let browser: Browser
let page: Page
beforeEach(async () => {
  server = await serveFolder(fileURLToPath(new URL('../../../..', import.meta.url)), { headers: isolation })
  browser = await engine.launch(chromium)
  page = await browser.newPage()
  await page.goto(`${server.url}packages/web/test/faults/page.html`)
  await page.waitForFunction(() => globalThis.lab !== undefined)
})
afterEach(async () => {
  await browser?.close()
  await server?.close()
})

const open = (device: string, attention?: string): Promise<Outcome> =>
  page.evaluate(([asked, how]) => lab.open(asked as string, how ?? undefined), [device, attention])
const draw = (steps: number): Promise<Outcome> => page.evaluate((count) => lab.draw(count), steps)
const dispose = (): Promise<unknown> => page.evaluate(() => lab.dispose())

/** Kills the process that computes for every GPUDevice, as a driver's fault does. The browser starts it anew, once or twice. */
async function crashGpu(): Promise<void> {
  const devtools = await browser.newBrowserCDPSession()
  await devtools.send('Browser.crashGpuProcess')
  await devtools.detach()
}

const lost = { error: 'device-lost', message: expect.stringContaining("use device 'wasm'") }

test('a GPU that goes while it draws, then while nothing is drawn, until the browser has none', {
  timeout: 400_000,
}, async () => {
  expect(await open('webgpu')).toMatchObject({ device: 'webgpu' })
  const drawing = draw(500)
  await page.waitForFunction(() => lab.steps > 0, null, { timeout: 120_000, polling: 250 })
  await crashGpu()
  expect(await drawing).toMatchObject(lost)
  expect(await draw(1)).toMatchObject(lost)
  expect(await dispose()).toBe('disposed')
  expect(await draw(1)).toMatchObject({ error: 'disposed' })

  expect(await open('webgpu')).toMatchObject({ device: 'webgpu' })
  const size = { pixels: expect.any(Number) }
  expect(await draw(1)).toEqual({ device: 'webgpu', ...size })
  await crashGpu()
  expect(await draw(1)).toMatchObject(lost)
  expect(await dispose()).toBe('disposed')

  expect(await open('webgpu')).toMatchObject({
    error: 'device-unavailable',
    message: expect.stringContaining('no WebGPU adapter'),
  })
  expect(await open('auto')).toEqual({ device: 'wasm', message: expect.stringContaining('no WebGPU adapter') })
  expect(await draw(1)).toEqual({ device: 'wasm', ...size })
  expect(await dispose()).toBe('disposed')
})

/** Listens, and then gives what resolves when onnxruntime asks for its device: as the second, after the one that stands in for it. */
async function runtimeAsks(): Promise<() => Promise<void>> {
  const [worker] = page.workers()
  await worker.evaluate(() => {
    const { requestDevice } = GPUAdapter.prototype
    let asked = 0
    globalThis.runtimeAsked = new Promise<void>((resolve) => {
      GPUAdapter.prototype.requestDevice = function (...options) {
        if (++asked === 2) resolve()
        return requestDevice.apply(this, options)
      }
    })
  })
  return () => worker.evaluate(() => globalThis.runtimeAsked)
}

test('a GPU that goes while its first session opens, and one that is gone before', { timeout: 400_000 }, async () => {
  // As exported no kernel is proven: the runtime asks for its device when the first network opens.
  expect(await open('webgpu', 'exported')).toMatchObject({ device: 'webgpu' })
  const asked = await runtimeAsks()
  const drawing = draw(500)
  await Promise.race([asked(), drawing])
  await crashGpu()
  expect(await drawing).toMatchObject(lost)
  expect(await dispose()).toBe('disposed')

  expect(await open('webgpu', 'exported')).toMatchObject({ device: 'webgpu' })
  await crashGpu()
  expect(await draw(1)).toMatchObject({ ...lost, message: expect.stringContaining('no WebGPU adapter any more') })
  expect(await dispose()).toBe('disposed')
})
