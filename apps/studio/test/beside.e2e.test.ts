import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readPngText } from '@neg/core'
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isolation } from '../../../scripts/lib/chromium.mjs'
import { serveFolder } from '../../../scripts/lib/static-server.mjs'
import { addNegative, draw, drawn, openStudio, type Studio, setSteps } from './studio'

let studio: Studio
let page: Page
let models: Awaited<ReturnType<typeof serveFolder>>
beforeAll(async () => {
  studio = await openStudio()
  page = studio.page
  models = await serveFolder(fileURLToPath(new URL('../../../fixtures/layouts', import.meta.url)), {
    headers: { ...isolation, 'Access-Control-Allow-Origin': '*' },
  })
})
afterAll(async () => {
  await studio?.close()
  await models?.close()
})

const captions = () => page.locator('.frames figcaption').allTextContents()
const sizes = () =>
  page
    .locator('.frames canvas.picture')
    .evaluateAll((all) =>
      all.map((one) => `${(one as HTMLCanvasElement).width} × ${(one as HTMLCanvasElement).height}`),
    )
const dialogOfModels = () => page.locator('.model-button').click()

async function savedRecord() {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download PNG' }).click(),
  ])
  return JSON.parse(readPngText(readFileSync(await file.path())).neg)
}

test('the same recipe is drawn on the embedded model and on a folder’s, side by side, each at its own size', async () => {
  await dialogOfModels()
  // In memory alone, so that a host that is gone is missed.
  await page.getByLabel(/^Keep model files/).uncheck()
  await page.getByLabel('Address of a model folder').fill(`${models.url}tiny-sd15/`)
  await page.getByRole('button', { name: 'Use', exact: true }).first().click()
  await page.keyboard.press('Escape')
  await setSteps(page, 2)
  await draw(page)
  await drawn(page)
  await dialogOfModels()
  await page.getByLabel('Draw on portraits, too').check()
  await page.keyboard.press('Escape')
  await addNegative(page, 'glasses')
  await draw(page)
  await drawn(page)
  expect(await captions()).toEqual(['tiny-sd15', 'portraits'])
  expect(await sizes()).toEqual(['64 × 64', '128 × 128'])
  expect((await savedRecord()).models.main.id).toMatch(/portraits$/)
  await page.getByRole('button', { name: 'tiny-sd15', exact: true }).click()
  const { models: by, recipe } = await savedRecord()
  expect(by.main.id).toBe('tiny-sd15')
  expect(recipe).toMatchObject({ steps: 2, negatives: [{ text: 'glasses' }] })
})

test('compared on both, each picture is named by both', async () => {
  await page.getByLabel(/^Compare on one seed/).check()
  await draw(page)
  await drawn(page)
  expect(await captions()).toEqual([
    'Without, tiny-sd15',
    'Without, portraits',
    'With, always, tiny-sd15',
    'With, always, portraits',
    'With, in its window, tiny-sd15',
    'With, in its window, portraits',
  ])
  await page.getByLabel(/^Compare on one seed/).uncheck()
})

test('the models beside are remembered; one that is taken out is drawn on no more', async () => {
  await page.reload()
  await draw(page)
  await drawn(page)
  expect(await captions()).toEqual(['tiny-sd15', 'portraits'])
  await dialogOfModels()
  await page.getByLabel('Draw on portraits, too').uncheck()
  await page.keyboard.press('Escape')
  await draw(page)
  await drawn(page)
  expect(await page.locator('.frames canvas.picture').count()).toBe(1)
})

test('a model that is beside and becomes the chosen one is drawn on once', async () => {
  await dialogOfModels()
  await page.getByLabel('Draw on portraits, too').check()
  await page.getByRole('button', { name: 'Open portraits' }).click()
  await page.keyboard.press('Escape')
  await page.locator('.model-button', { hasText: 'portraits' }).waitFor()
  await draw(page)
  await drawn(page)
  expect(await page.locator('.frames canvas.picture').count()).toBe(1)
})

test('a model that cannot be opened leaves the others, and says so in its place', async () => {
  await dialogOfModels()
  await page.getByLabel('Draw on tiny-sd15, too').check()
  await page.keyboard.press('Escape')
  await models.close()
  await page.reload()
  await draw(page)
  await page.getByRole('alert').waitFor()
  expect(await captions()).toEqual(['portraits', 'tiny-sd15'])
  await page
    .locator('.frames')
    .getByText(/^download-/)
    .waitFor()
  expect(await sizes()).toEqual(['128 × 128'])
})

test('nothing was complained of but files that a folder may lack, and the host that is gone', () => {
  expect(studio.complaints.filter((text) => !/^Failed to load resource/.test(text))).toEqual([])
})
