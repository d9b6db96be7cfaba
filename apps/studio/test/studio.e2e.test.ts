import { readFileSync } from 'node:fs'
import { readPngText } from '@neg/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  addNegative,
  draw,
  drawAndStop,
  drawn,
  fingerprint,
  loadFromHistory,
  openStudio,
  type Studio,
  setSteps,
} from './studio'

let studio: Studio
beforeAll(async () => {
  studio = await openStudio({ gzip: true })
})
afterAll(() => studio?.close())

let plain: number
let png: Buffer

test('says what the first picture fetches, and draws it under 35 MB', async () => {
  const { page, sent } = studio
  await page.getByText(/The first picture fetches 28\.\d MB once \(runtime 14\.2 MB/).waitFor()
  // What the model recommends, before anything of it is fetched but its small files.
  expect(await page.getByLabel('Steps', { exact: true }).inputValue()).toBe('20')
  await page.getByText('What this model knows').click()
  await page.getByText('glasses, sunglasses').waitFor()
  await page.getByRole('button', { name: 'a pirate, without eye patch, beard' }).click()
  expect(await page.getByLabel('What it should be').inputValue()).toBe('a pirate')
  expect(await page.getByLabel('Negative 1', { exact: true }).inputValue()).toBe('eye patch')
  expect(await page.getByLabel('Negative 2', { exact: true }).inputValue()).toBe('beard')
  await page.getByRole('button', { name: 'Remove negative 1' }).click()
  expect(await page.getByLabel('Negative 1', { exact: true }).inputValue()).toBe('beard')
  await page.getByRole('button', { name: 'Remove negative 1' }).click()
  await page.getByText('What this model knows').click()

  await page.getByLabel('What it should be').fill('a professional office woman')
  await setSteps(page, 5)
  await page.getByRole('button', { name: 'Back to the model’s own steps' }).click()
  expect(await page.getByLabel('Steps', { exact: true }).inputValue()).toBe('20')
  await setSteps(page, 5)
  await draw(page)
  await drawn(page)
  expect(sent()).toBeLessThan(35e6)
  expect(sent()).toBeGreaterThan(20e6)
  plain = await fingerprint(page)
})

test('a negative changes the picture, and its strength shows', async () => {
  const { page } = studio
  await addNegative(page, 'glasses')
  await draw(page)
  await drawn(page)
  expect(await fingerprint(page)).not.toBe(plain)
  const chart = page.getByRole('img', { name: /^Strength over the steps\. glasses: peaks at/ })
  const points = (await chart.locator('polyline').getAttribute('points'))?.split(' ')
  expect(points).toHaveLength(5)
})

test('a window is suggested for it after drawing with several, and taken', async () => {
  const { page } = studio
  await page.getByText(/r_t has made most of its way by step \d\./).waitFor()
  await page.getByRole('button', { name: 'Try windows for glasses' }).click()
  const table = page.locator('table.tried')
  await table.waitFor({ timeout: 240_000 })
  await table.getByText('By the model’s judge, which sees glasses').waitFor()
  const rows = await table.locator('tbody tr').all()
  const tried = await Promise.all(
    rows.map(async (row) => {
      const [when, seen, change, removes] = await row.locator('td').allTextContents()
      const chosen = (await row.getAttribute('class')) === 'chosen'
      return { name: await row.locator('th').textContent(), when, seen, change: Number(change), removes, chosen }
    }),
  )
  // Attention's own falls together with one of them at times.
  expect(tried.map(({ name }) => name).slice(0, 3)).toEqual(['always', 'the model’s window', 'the article’s window'])
  // Every one was drawn, beside the picture without: they are shown.
  expect(await page.locator('figure canvas.picture').count()).toBe(tried.length + 1)
  const gone = tried.filter(({ removes }) => removes === 'yes')
  expect(gone.length).toBeGreaterThan(0)
  for (const { seen } of gone) expect(Number(seen)).toBeLessThanOrEqual(0.5)
  const [chosen] = gone.toSorted((a, b) => a.change - b.change)
  expect(chosen.chosen).toBe(true)
  await page.getByRole('button', { name: 'Use this window for glasses' }).click()
  const track = page.locator('.window-head output')
  if (chosen.name === 'always') expect(await track.textContent()).toBe('always')
  else expect(await track.textContent()).toBe(`${chosen.when} of 5`)
  await page.getByLabel('Start of the window of glasses').press('Home')
  await page.getByLabel('End of the window of glasses').press('End')
  await page.locator('output', { hasText: 'always' }).waitFor()
})

test('its window is dragged on the timeline, and by keys', async () => {
  const { page } = studio
  const end = page.getByRole('slider', { name: 'End of the window of glasses' })
  const track = page.locator('.track')
  const box = await track.boundingBox()
  const handle = await end.boundingBox()
  if (!box || !handle) throw new Error('the timeline is not shown')
  await page.mouse.move(handle.x + handle.width / 2, handle.y + 12)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.6, handle.y + 12, { steps: 4 })
  await page.mouse.up()
  await page.getByText('step 0 to 2 of 5').waitFor()
  const start = page.getByRole('slider', { name: 'Start of the window of glasses' })
  await start.focus()
  await page.keyboard.press('ArrowRight')
  await page.getByText('step 1 to 2 of 5').waitFor()
  expect(await start.getAttribute('aria-valuenow')).toBe('1')

  await draw(page)
  await drawn(page)
  await expect.poll(() => page.locator('.chart-window').count()).toBe(1)
  await page.getByText('Only watched').waitFor()
})

test('a word that is clicked lights up where it is looked at', async () => {
  const { page } = studio
  await page.getByRole('button', { name: 'woman', exact: true }).click()
  const lit = await page.locator('canvas.heat').evaluate((canvas: HTMLCanvasElement) => {
    const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
    return Math.max(...data)
  })
  expect(lit).toBeGreaterThan(200)
  await page.getByRole('button', { name: 'woman', exact: true }).click()
  expect(await page.locator('canvas.heat').count()).toBe(0)
})

test('the guidance’s options come from its schema', async () => {
  const { page } = studio
  await page.getByLabel('Guidance', { exact: true }).selectOption('perp-neg')
  await page.getByLabel(/^beta /).fill('0.5')
  await draw(page)
  await drawn(page)
  await page.getByLabel('Guidance', { exact: true }).selectOption('general')
})

test('the PNG that is downloaded carries the record, and gives it back when dropped', async () => {
  const { page } = studio
  await page.getByLabel('Seed', { exact: true }).fill('77')
  await draw(page)
  await drawn(page)
  const before = await fingerprint(page)
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download PNG' }).click(),
  ])
  expect(file.suggestedFilename()).toBe('a-professional-office-woman-77.png')
  png = readFileSync(await file.path())
  const record = JSON.parse(readPngText(png).neg)
  expect(record.recipe).toMatchObject({
    seed: '77',
    steps: 5,
    negatives: [{ text: 'glasses', window: { from: 0.2, to: 0.6 } }],
  })

  await page.getByLabel('What it should be').fill('something else')
  await page.getByRole('button', { name: 'Remove negative 1' }).click()
  const data = await page.evaluateHandle((base64) => {
    const transfer = new DataTransfer()
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
    transfer.items.add(new File([bytes], 'picture.png', { type: 'image/png' }))
    return transfer
  }, png.toString('base64'))
  await page.dispatchEvent('main', 'drop', { dataTransfer: data })
  await page.getByText('Loaded the recipe of picture.png').waitFor()
  expect(await page.getByLabel('What it should be').inputValue()).toBe('a professional office woman')
  expect(await page.getByLabel('Negative 1', { exact: true }).inputValue()).toBe('glasses')
  await draw(page)
  await drawn(page)
  expect(await fingerprint(page)).toBe(before)
})

test('a record as JSON is loaded, too; a window may be a preset', async () => {
  const { page } = studio
  const before = await page.getByText(/^step \d to \d of 5$/).textContent()
  const recipe = { prompt: 'a wizard', negatives: [{ text: 'beard', window: 'ban2024' }], steps: 30 }
  const buffer = Buffer.from(JSON.stringify({ recipe }))
  await page.getByLabel('Open a picture').setInputFiles({ name: 'recipe.json', mimeType: 'application/json', buffer })
  await page.getByText('step 4 to 14 of 30').waitFor()
  await page.getByLabel('Open a picture').setInputFiles({ name: 'picture.png', mimeType: 'image/png', buffer: png })
  await page.getByText(before ?? '', { exact: true }).waitFor()
})

test('comparing draws one seed without, with, and with its window', async () => {
  const { page } = studio
  await page.getByLabel(/^Compare on one seed/).check()
  await draw(page)
  await page.getByRole('button', { name: 'With, in its window', exact: true }).waitFor()
  await drawn(page)
  expect(await page.locator('figure canvas.picture').count()).toBe(3)
  await page.getByRole('button', { name: 'Without', exact: true }).click()
  const without = await fingerprint(page)
  await page.getByRole('button', { name: 'With, always', exact: true }).click()
  expect(await fingerprint(page)).not.toBe(without)
  await page.getByLabel(/^Compare on one seed/).uncheck()
})

test('stopping stops, and the next picture is drawn', async () => {
  const { page } = studio
  await drawAndStop(page)
  await setSteps(page, 5)
  await draw(page)
  await drawn(page)
})

test('a link carries the recipe', async () => {
  const { page, context } = studio
  await page.getByRole('button', { name: 'Share link' }).click()
  await page.getByText('Link copied').waitFor()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  const other = await context.newPage()
  await other.goto(link)
  await expect.poll(() => other.getByLabel('Seed', { exact: true }).inputValue()).toBe('77')
  expect(other.url()).toBe(studio.url)
  await other.close()
})

test('after a reload the history is there, and the model is kept', async () => {
  const { page } = studio
  const before = await page.getByRole('button', { name: /^Look at: / }).count()
  expect(before).toBeGreaterThanOrEqual(8)
  await page.reload()
  await expect.poll(() => page.getByRole('button', { name: /^Look at: / }).count()).toBe(before)
  await page.getByText('The model is stored in this browser.').waitFor()
  await loadFromHistory(page, /^Look at: /)
  expect(await page.getByLabel('Negative 1', { exact: true }).inputValue()).toBe('glasses')
})

test('offline it opens and draws; isolated by its service worker it has threads', async () => {
  const { page, context } = studio
  await context.setOffline(true)
  await page.reload()
  await page.getByRole('heading', { name: 'neg studio' }).waitFor()
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  await setSteps(page, 5)
  await draw(page)
  await drawn(page)
  await context.setOffline(false)
})

test('a record draws the same picture again', async () => {
  const { page } = studio
  await loadFromHistory(page, /^Look at: .*seed 77$/i)
  await draw(page)
  await drawn(page)
  const once = await fingerprint(page)
  await draw(page)
  await drawn(page)
  expect(await fingerprint(page)).toBe(once)
})

test('nothing complained', () => {
  expect(studio.complaints).toEqual([])
})
