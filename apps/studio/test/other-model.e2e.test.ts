import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, drawn, openStudio, type Studio } from './studio'

let studio: Studio
beforeAll(async () => {
  studio = await openStudio({ gzip: true })
})
afterAll(() => studio?.close())

test('a record of another model says so before a model is open, and that the picture differs once one is', async () => {
  const { page } = studio
  const record = {
    recipe: { prompt: 'a queen', seed: '3', steps: 2 },
    models: { main: { id: 'tiny-sd15', digest: 'ab'.repeat(32) } },
  }
  const buffer = Buffer.from(JSON.stringify(record))
  await page.getByLabel('Open a picture').setInputFiles({ name: 'queen.json', mimeType: 'application/json', buffer })
  await page.getByText('Loaded the recipe of queen.json. It was drawn by tiny-sd15.').waitFor()
  await draw(page)
  await drawn(page)
  await page.getByText(/It was drawn by tiny-sd15; \S+ is open here, so the picture will differ\./).waitFor()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  expect(await page.getByText('It was drawn by').count()).toBe(0)
})
