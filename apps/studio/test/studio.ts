import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BrowserContext, chromium as engine, type Page } from 'playwright'
import { chromium } from '../../../scripts/lib/chromium.mjs'
import { serveFolder } from '../../../scripts/lib/static-server.mjs'

/** The built studio on a static host, under a path that is not the root, in a browser that nobody used before. */
export interface Studio {
  readonly page: Page
  readonly context: BrowserContext
  readonly url: string
  /** Bytes that the host sent so far. */
  sent(): number
  /** What the console and the page complained of. */
  readonly complaints: string[]
  close(): Promise<void>
}

const dist = fileURLToPath(new URL('../dist', import.meta.url))

export async function openStudio(
  options: { gzip?: boolean; viewport?: { width: number; height: number } } = {},
): Promise<Studio> {
  const server = await serveFolder(dist, { base: '/some/where/', gzip: options.gzip })
  const profile = mkdtempSync(join(tmpdir(), 'neg-studio-'))
  const context = await engine.launchPersistentContext(profile, {
    ...chromium,
    viewport: options.viewport ?? { width: 1280, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  context.setDefaultTimeout(Number(process.env.NEG_E2E_TIMEOUT ?? 60_000))
  const page = context.pages()[0] ?? (await context.newPage())
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  await page.goto(server.url)
  return {
    page,
    context,
    url: server.url,
    sent: server.sent,
    complaints,
    async close() {
      await context.close()
      await server.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

/** Few steps: what is tested is the page. */
export async function setSteps(page: Page, steps: number): Promise<void> {
  await page.getByLabel('Steps', { exact: true }).fill(String(steps))
}

export async function addNegative(page: Page, text: string): Promise<void> {
  const before = await page.getByLabel(/^Negative \d+$/).count()
  await page.getByRole('button', { name: 'Add a negative' }).click()
  await page.getByLabel(`Negative ${before + 1}`, { exact: true }).fill(text)
}

export const draw = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^(Draw|Compare)/ }).click()
}

/** Begins a long picture and stops it in its course, by the keyboard. */
export async function drawAndStop(page: Page): Promise<void> {
  await setSteps(page, 60)
  await draw(page)
  await page.getByText(/step [1-9]\d* of 60/).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Stop/ }).waitFor({ state: 'hidden' })
}

/** Loads the recipe of a picture of the history, by looking at it. */
export async function loadFromHistory(page: Page, title: RegExp): Promise<void> {
  await page.getByRole('button', { name: title }).first().click()
  await page.getByRole('button', { name: 'Load its recipe' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

/** Waits until everything asked for is drawn. */
export const drawn = async (page: Page): Promise<void> => {
  const alert = page.getByRole('alert')
  await page
    .getByText(/^Drawn in/)
    .or(alert)
    .first()
    .waitFor({ timeout: 240_000 })
  if (await alert.isVisible()) throw new Error(`The page says: ${await alert.textContent()}`)
}

/** The pixels of the shown picture, as one number that differs when they do. */
export const fingerprint = (page: Page): Promise<number> =>
  page.locator('figure.shown canvas.picture').evaluate((canvas: HTMLCanvasElement) => {
    const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
    let hash = 0
    for (const value of data) hash = (Math.imul(hash, 31) + value) | 0
    return hash
  })

/** The shown picture as a JPEG, in a picture of a size. */
export const jpegOfShown = async (page: Page, width: number, height: number): Promise<Buffer> => {
  const bytes = await page.locator('figure.shown canvas.picture').evaluate(
    async (shown: HTMLCanvasElement, size) => {
      const canvas = new OffscreenCanvas(size.width, size.height)
      const on = canvas.getContext('2d')!
      on.fillStyle = '#8899aa'
      on.fillRect(0, 0, size.width, size.height)
      on.drawImage(shown, 0, 0)
      const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 })
      return [...new Uint8Array(await blob.arrayBuffer())]
    },
    { width, height },
  )
  return Buffer.from(bytes)
}
