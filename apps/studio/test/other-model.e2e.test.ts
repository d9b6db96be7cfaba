import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isolation } from '../../../scripts/lib/chromium.mjs'
import { serveFolder } from '../../../scripts/lib/static-server.mjs'
import { draw, drawn, openStudio, type Studio, setSteps } from './studio'

let studio: Studio
beforeAll(async () => {
  studio = await openStudio({ gzip: true })
})
afterAll(() => studio?.close())

test('the page opens with no more than it needs', async () => {
  const { page } = studio
  await page.getByRole('heading', { name: 'History' }).waitFor()
  await page.waitForLoadState('networkidle')
  // Its code, style and words as they came, compressed; model and runtime aside.
  const bytes = await page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter(({ name }) => /\/(\w[\w.-]*\.(js|css))?$/.test(new URL(name).pathname))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
  )
  expect(bytes).toBeGreaterThan(100_000)
  expect(bytes).toBeLessThan(158_000)
})

test('a record of another model says so on a fresh page, and offers to redraw with the one that is here', async () => {
  const { page } = studio
  const record = {
    recipe: { prompt: 'a queen', seed: '3', steps: 2 },
    models: { main: { id: 'tiny-sd15', digest: 'ab'.repeat(32) } },
  }
  const buffer = Buffer.from(JSON.stringify(record))
  await page.getByLabel('Open a picture').setInputFiles({ name: 'queen.json', mimeType: 'application/json', buffer })
  const said = page.getByText(
    /Loaded the recipe of queen\.json\. It was drawn by tiny-sd15; portraits is chosen here, so the picture will differ\./,
  )
  await said.waitFor()
  await page.getByRole('button', { name: 'Redraw with portraits' }).click()
  await drawn(page)
  await said.waitFor()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  expect(await page.getByText('It was drawn by').count()).toBe(0)
})

test('a record of a model that was open here before offers to open it', async () => {
  const { page } = studio
  const models = await serveFolder(fileURLToPath(new URL('../../../fixtures/layouts', import.meta.url)), {
    headers: { ...isolation, 'Access-Control-Allow-Origin': '*' },
  })
  try {
    await page.getByRole('button', { name: /^portraits/ }).click()
    await page.getByLabel('Address of a model folder').fill(`${models.url}tiny-sd15/`)
    await page.getByRole('button', { name: 'Use', exact: true }).first().click()
    await page.keyboard.press('Escape')
    await setSteps(page, 2)
    await draw(page)
    await drawn(page)
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download PNG' }).click(),
    ])
    const buffer = readFileSync(await file.path())
    await page.getByRole('button', { name: /^tiny-sd15/ }).click()
    await page.getByRole('radio', { name: /^portraits/ }).check()
    await page.keyboard.press('Escape')
    await page.reload()
    await page.getByRole('button', { name: /^portraits/ }).waitFor()
    await page.getByLabel('Open a picture').setInputFiles({ name: 'tiny.png', mimeType: 'image/png', buffer })
    await page.getByText(/It was drawn by tiny-sd15/).waitFor()
    await page.getByRole('button', { name: 'Open tiny-sd15' }).click()
    await page.getByText(/It was drawn by tiny-sd15/).waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: /^tiny-sd15/ }).waitFor()
  } finally {
    await models.close()
  }
})
