import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileServer } from '../../../packages/web/test/file-server'
import { draw, drawn, openStudio, type Studio, setSteps } from './studio'

let studio: Studio
beforeEach(async () => {
  studio = await openStudio()
  await setSteps(studio.page, 3)
})
afterEach(() => studio?.close())

const alert = (code: string) => studio.page.getByRole('alert').filter({ hasText: code })

async function useModel(url: string): Promise<void> {
  const { page } = studio
  await page.getByRole('button', { name: /^portraits/ }).click()
  await page.getByLabel('Address of a model folder').fill(url)
  await page.getByRole('button', { name: 'Use', exact: true }).click()
  await page.getByRole('button', { name: 'Close' }).click()
}

async function backToEmbedded(): Promise<void> {
  const { page } = studio
  await page.getByRole('button', { name: 'Back to the embedded model' }).click()
  await draw(page)
  await drawn(page)
  expect(await page.getByRole('alert').count()).toBe(0)
}

test('a 404: download-not-found, and back', async () => {
  await useModel(`${studio.url}nothing/here/`)
  await alert('download-not-found').waitFor()
  await backToEmbedded()
})

test('a server that lets no other site read: download-cross-origin, and back', async () => {
  const other = await fileServer({ 'm/model_index.json': '{}' })
  try {
    await useModel(`${other.url}m/`)
    await alert('download-cross-origin').waitFor()
    await backToEmbedded()
  } finally {
    await other.close()
  }
})

test('a damaged entry in the cache: download-corrupt, and the next try fetches it anew', async () => {
  const { page } = studio
  await draw(page)
  await drawn(page)
  await page.evaluate(async () => {
    const cache = await caches.open('neg-models-1')
    // Of all files only the denoiser's is stored in several pieces.
    const keys = (await cache.keys()).filter(({ url }) => url.includes('/chunk/1?'))
    if (keys.length !== 1) throw new Error(`${keys.length} files have a second piece`)
    const bytes = new Uint8Array(await (await cache.match(keys[0]))!.arrayBuffer())
    bytes[bytes.length >> 1] ^= 1
    await cache.put(keys[0], new Response(bytes))
  })
  await page.reload()
  await setSteps(page, 3)
  await draw(page)
  await alert('download-corrupt').waitFor()
  await page.getByRole('button', { name: 'Try again' }).click()
  await alert('download-corrupt').waitFor({ state: 'hidden' })
  await drawn(page)
})

test('a full quota: storage-full, and on without storing', async () => {
  const { page, context } = studio
  const devtools = await context.newCDPSession(page)
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: new URL(studio.url).origin, quotaSize: 6_000_000 })
  await draw(page)
  await alert('storage-full').waitFor()
  await page.getByRole('button', { name: 'Go on without storing' }).click()
  await drawn(page)
})

test('a worker that is closed: worker-lost, and the next try starts another', async () => {
  const { page } = studio
  await draw(page)
  await drawn(page)
  await setSteps(page, 60)
  await draw(page)
  await page.getByText(/step [1-9]\d* of 60/).waitFor()
  for (const worker of page.workers()) await worker.evaluate(() => self.close()).catch(() => {})
  await alert('worker-lost').waitFor()
  await setSteps(page, 3)
  await page.getByRole('button', { name: 'Try again' }).click()
  await drawn(page)
})
