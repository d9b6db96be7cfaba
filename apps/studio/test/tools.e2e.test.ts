import { readFileSync } from 'node:fs'
import { readPngText } from '@neg/core'
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addNegative, draw, drawn, fingerprint, openStudio, type Studio, setSteps } from './studio'

let studio: Studio
let page: Page
const asked: string[] = []
beforeAll(async () => {
  studio = await openStudio()
  page = studio.page
  page.on('request', (request) => asked.push(request.url()))
  await setSteps(page, 4)
  await draw(page)
  await drawn(page)
})
afterAll(() => studio?.close())

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
const dialog = () => page.getByRole('dialog')
const seed = () => page.getByLabel('Seed', { exact: true })

/** Saves what a button hands over. */
async function saved(name: string): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent('download'), button(name).click()])
  return readFileSync(await file.path())
}

test('seeds across and a scale down make a grid: cells fill, each opens large, all goes into one PNG', async () => {
  await button('Grid').click()
  await dialog().getByLabel('seeds: 1-4, 12').fill('3-4')
  await dialog().getByLabel('Down').selectOption('Scale')
  await dialog().getByLabel('numbers: 1, 3, 5-9:2').fill('two')
  await dialog().getByText("'two' is none").waitFor()
  expect(await button('Draw them').isDisabled()).toBe(true)
  await dialog().getByLabel('numbers: 1, 3, 5-9:2').fill('2, 7')
  await dialog().getByText('Draws 4 pictures.').waitFor()
  await button('Draw them').click()
  await page.getByText(/\d of 4 pictures, about .* left/).waitFor()
  expect(await page.title()).toMatch(/^\d+ % – neg studio$/)
  await drawn(page)
  expect(await page.title()).toBe('neg studio')
  expect(await page.locator('.plot canvas.picture').count()).toBe(4)
  expect(await page.locator('.plot th[scope="row"]').allTextContents()).toEqual(['2', '7'])

  await page.getByRole('button', { name: 'seed 4, scale 7' }).click()
  await dialog().getByRole('row', { name: 'Seed' }).getByRole('cell', { name: '4' }).waitFor()
  await dialog().getByText('4 / 4').waitFor()
  await page.keyboard.press('ArrowLeft')
  await dialog().getByRole('row', { name: 'Seed' }).getByRole('cell', { name: '3' }).waitFor()
  await page.keyboard.press('Escape')

  const png = await saved('Download the grid')
  const { cells, layout } = JSON.parse(readPngText(png)['neg-grid'])
  expect(layout).toMatchObject({ columns: ['3', '4'], rows: ['2', '7'] })
  expect(cells.map(({ recipe }: { recipe: { seed: string; scale: number } }) => [recipe.seed, recipe.scale])).toEqual([
    ['3', 2],
    ['4', 2],
    ['3', 7],
    ['4', 7],
  ])
  // It gives its recipes back.
  await page.getByLabel('Open a picture').setInputFiles({ name: 'grid.png', mimeType: 'image/png', buffer: png })
  await page.getByLabel('Which picture of the grid').selectOption('3')
  expect(await seed().inputValue()).toBe('4')
  await page.getByRole('button', { name: 'Dismiss' }).click()
})

test('a plot is stopped in its course, and what waits can be taken out', async () => {
  await seed().fill('20')
  await setSteps(page, 12)
  await button('Grid').click()
  await dialog().getByLabel('Down').selectOption('nothing')
  await dialog().getByLabel('seeds: 1-4, 12').fill('30-35')
  await button('Draw them').click()
  await draw(page)
  await page.getByText('1 waiting').click()
  await page.getByRole('button', { name: /^Take out of the queue/ }).click()
  await page.getByText('1 waiting').waitFor({ state: 'hidden' })
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Stop/ }).waitFor({ state: 'hidden' })
  expect(await page.locator('.plot canvas.picture').count()).toBeLessThan(6)
})

test('the viewer zooms, slides and shows the difference, by keys too; each view’s code comes when it is first needed', async () => {
  await setSteps(page, 4)
  await draw(page)
  await drawn(page)
  await page
    .getByRole('button', { name: /^Look at: .*seed 4$/i })
    .first()
    .click()
  const frame = page.locator('.viewer-moved')
  await dialog().waitFor()
  await page.keyboard.press('+')
  await expect.poll(() => frame.getAttribute('style')).toContain('scale(1.5)')
  await page.mouse.move(400, 400)
  await page.mouse.wheel(0, -400)
  await expect.poll(() => frame.getAttribute('style')).not.toContain('scale(1.5)')
  await page.keyboard.press('0')
  await expect.poll(() => frame.getAttribute('style')).toContain('scale(1)')
  await page.keyboard.press('2')
  await page.getByLabel('Between the two pictures').fill('30')
  await expect.poll(() => page.locator('.viewer-over').getAttribute('style')).toContain('70%')
  await dialog().getByLabel('against').waitFor()
  await page.locator('.viewer-frame').click({ position: { x: 5, y: 5 } })
  await page.keyboard.press('3')
  await page.getByText(/^Root mean square difference: 0\.\d+$/).waitFor()
  const differs = dialog().locator('tr.differs')
  expect(await differs.count()).toBeGreaterThan(0)
  await page.keyboard.press('f')
  await page.getByRole('button', { name: '★ Favourite' }).waitFor()
  await page.keyboard.press('Escape')
  await dialog().waitFor({ state: 'hidden' })
  const keys = asked.findIndex((url) => url.includes('keys-dialog'))
  const viewer = asked.findIndex((url) => url.includes('/viewer-'))
  expect([keys, viewer > 0]).toEqual([-1, true])
})

test('the history is searched, exported as one file, cleared but for favourites, and taken back', async () => {
  const thumbs = page.getByRole('button', { name: /^Look at: / })
  const all = await thumbs.count()
  await page.keyboard.press('/')
  await page.keyboard.type('woman 20')
  await expect.poll(() => thumbs.count()).toBeLessThan(all)
  expect(await thumbs.first().getAttribute('aria-label')).toMatch(/seed 20$/i)
  await page.getByLabel('Find in the history').fill('')
  const zip = await saved(`Export ${all}`)
  page.once('dialog', (asks) => asks.accept())
  await button('Clear').click()
  await expect.poll(() => thumbs.count()).toBe(1)
  await page.reload()
  await expect.poll(() => thumbs.count()).toBe(1)
  await page
    .getByLabel('Import', { exact: true })
    .setInputFiles({ name: 'h.zip', mimeType: 'application/zip', buffer: zip })
  await expect.poll(() => thumbs.count()).toBe(all)
  await button('Only favourites').click()
  await expect.poll(() => thumbs.count()).toBe(1)
  await button('Only favourites').click()
})

test('several words light up, each in its colour; a window is dragged on the curve', async () => {
  await addNegative(page, 'glasses')
  await setSteps(page, 5)
  await draw(page)
  await drawn(page)
  const colours = async () =>
    page.locator('canvas.heat').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
      const seen = new Set<string>()
      for (let i = 0; i < data.length; i += 4)
        if (data[i + 3] > 20) seen.add(`${data[i]} ${data[i + 1]} ${data[i + 2]}`)
      return seen.size
    })
  await button('woman').click()
  const one = await colours()
  await button('glasses').click()
  await expect.poll(colours).toBeGreaterThan(one)
  const own = (name: string) => button(name).evaluate((word) => getComputedStyle(word).borderColor)
  expect(await own('woman')).not.toBe(await own('glasses'))
  await button('woman').click()
  await button('glasses').click()

  const end = page.getByRole('slider', { name: 'glasses on the curve: end of its window' })
  const [edge, chart] = await Promise.all([end.boundingBox(), page.locator('.chart-windows').boundingBox()])
  await page.mouse.move(edge!.x + edge!.width / 2, edge!.y + 20)
  await page.mouse.down()
  await page.mouse.move(chart!.x + chart!.width * 0.82, edge!.y + 20, { steps: 5 })
  await page.mouse.up()
  await page.getByText('step 0 to 3 of 5').waitFor()
  await end.press('ArrowLeft')
  await page.getByText('step 0 to 2 of 5').waitFor()
})

test('a picture is begun with, drawn over where a mask is painted, and the rest stays to the pixel', async () => {
  await button('Begin with this').click()
  await page.getByText('The next picture begins with it.').waitFor()
  await page.getByLabel('How much of it is drawn anew', { exact: true }).fill('0.5')
  await draw(page)
  await drawn(page)
  const over = await fingerprint(page)
  await button('Paint a mask').click()
  const canvas = page.getByLabel(/^Mask: arrows move/)
  const painted = () =>
    canvas.evaluate((mask: HTMLCanvasElement) => {
      const { data } = mask.getContext('2d')!.getImageData(0, 0, mask.width, mask.height)
      return data.filter((value, i) => i % 4 === 3 && value > 127).length / (mask.width * mask.height)
    })
  await expect.poll(() => canvas.evaluate((mask: HTMLCanvasElement) => mask.width)).toBe(128)
  const box = (await canvas.boundingBox())!
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.2, { steps: 4 })
  await page.mouse.up()
  const stroke = await painted()
  expect(stroke).toBeGreaterThan(0.03)
  await button('Invert').click()
  expect(await painted()).toBeCloseTo(1 - stroke, 1)
  await dialog().getByRole('button', { name: 'Undo' }).click()
  await dialog().getByRole('button', { name: 'Undo' }).click()
  expect(await painted()).toBe(0)
  await dialog().getByRole('button', { name: 'Redo' }).click()
  expect(await painted()).toBeCloseTo(stroke, 5)
  await button('Eraser').click()
  await canvas.focus()
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Space')
  expect(await painted()).toBeLessThan(stroke)
  await button('Clear the mask').click()
  await button('Brush').click()
  // From where a word is looked at.
  const words = dialog().getByRole('button', { name: /^Paint where/ })
  if ((await words.count()) > 0) await words.first().click()
  else await canvas.press('Space')
  expect(await painted()).toBeGreaterThan(0)
  await button('Clear the mask').click()
  await page.mouse.move(box.x + box.width * 0.1, box.y + box.height * 0.1)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.9, box.y + box.height * 0.1, { steps: 4 })
  await page.mouse.up()
  await dialog().getByLabel('Feather in pixels').fill('2')
  await button('Take this mask').click()
  await page.getByAltText('The mask over it').waitFor()
  await draw(page)
  await drawn(page)
  expect(await fingerprint(page)).not.toBe(over)
  const below = await page.evaluate(async () => {
    const bottom = (source: CanvasImageSource, size: number) => {
      const canvas = new OffscreenCanvas(size, size)
      const context = canvas.getContext('2d')!
      context.drawImage(source, 0, 0)
      return context.getImageData(0, size / 2, size, size / 2).data
    }
    const drawn = document.querySelector<HTMLCanvasElement>('figure.shown canvas.picture')!
    const start = document.querySelector<HTMLImageElement>('img.slot-picture')!
    const [a, b] = [bottom(drawn, drawn.width), bottom(start, drawn.width)]
    return a.every((value, i) => value === b[i])
  })
  expect(below).toBe(true)
  await button('Without a picture').click()
})

test('another aspect is drawn', async () => {
  await page.getByLabel('Aspect', { exact: true }).selectOption('3:2')
  expect(Number(await page.getByLabel('Width').inputValue())).toBeGreaterThan(128)
  await draw(page)
  await drawn(page)
  const size = await page
    .locator('figure.shown canvas.picture')
    .evaluate((canvas: HTMLCanvasElement) => [canvas.width, canvas.height])
  expect(size[0] / size[1]).toBeGreaterThan(1.2)
  await button('Back to the model’s own size').click()
})

test('a style keeps prompt parts, negatives and settings; styles go out and come back, AUTOMATIC1111’s too', async () => {
  await button('Styles').click()
  await page.getByLabel('Name of the style').fill('Night')
  await page.getByLabel('Part of the prompt').fill('{prompt}, night')
  await button('Keep this style').click()
  await page.getByText('Night is kept.').waitFor()
  const json = await saved('Export styles')
  expect(JSON.parse(json.toString()).styles).toMatchObject([{ name: 'Night', negatives: [{ text: 'glasses' }] }])
  const csv = Buffer.from('name,prompt,negative_prompt\nNoir,"{prompt}, monochrome","blurry, sepia"\n')
  await page.getByLabel('Import styles').setInputFiles({ name: 'styles.csv', mimeType: 'text/csv', buffer: csv })
  await page.getByText('1 styles taken.').waitFor()
  await page.keyboard.press('Escape')
  await page.getByLabel('What it should be').fill('a queen')
  await button('Styles').click()
  await button('Use the style Noir').click()
  expect(await page.getByLabel('What it should be').inputValue()).toBe('a queen, monochrome')
  expect(await page.getByLabel('Negative 3', { exact: true }).inputValue()).toBe('sepia')
  await page.keyboard.press('Control+z')
})

test('what is shown is had as code, and JSON is one click away; recipes and parameters are pasted', async () => {
  await page.keyboard.press('Escape')
  await page.locator('h1').click()
  await page.keyboard.press('c')
  await dialog().getByText("import portraits from '@neg/portraits'").waitFor()
  await dialog()
    .getByText(/npx neg generate/)
    .waitFor()
  await dialog().getByLabel('JSON').fill('{"prompt":"a chef","seed":"8","steps":4}')
  await button('Take this recipe').click()
  expect(await seed().inputValue()).toBe('8')

  const paste = (text: string) =>
    page.evaluate((pasted) => {
      const data = new DataTransfer()
      data.setData('text/plain', pasted)
      document.querySelector('main')?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }))
    }, text)
  await paste('{"prompt":"a witch","seed":"19"}')
  await expect.poll(() => seed().inputValue()).toBe('19')
  await paste(
    'a builder\nNegative prompt: hard hat\nSteps: 7, Sampler: Euler a, CFG scale: 6, Seed: 23, Size: 128x128, Model: other',
  )
  await expect.poll(() => seed().inputValue()).toBe('23')
  expect(await page.getByLabel('Steps', { exact: true }).inputValue()).toBe('7')
  await page.getByText(/AUTOMATIC1111 wrote it/).waitFor()
  await page.getByRole('button', { name: 'Dismiss' }).click()
})

test('keys do everything, and a sheet shows them', async () => {
  await page.locator('h1').click()
  await page.keyboard.press('?')
  await dialog().getByRole('row', { name: 'Many at once' }).getByText('g').waitFor()
  await page.keyboard.press('Escape')
  for (const [key, title] of [
    ['g', 'Many at once'],
    ['s', 'Styles'],
    ['m', 'Model and device'],
  ]) {
    await page.keyboard.press(key)
    await dialog().getByRole('heading', { name: title }).waitFor()
    await page.keyboard.press('Escape')
  }
  const before = await seed().inputValue()
  await page.keyboard.press('r')
  expect(await seed().inputValue()).not.toBe(before)
  await page.keyboard.press('n')
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
    .toMatch(/^Negative \d$/)
})

test('in German everything is German, and stays so', async () => {
  await button('DE: Deutsch').click()
  await page.getByRole('button', { name: /^Zeichnen/ }).waitFor()
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('de')
  await page.reload()
  await page.getByLabel('Was es sein soll').waitFor()
  await page.getByRole('button', { name: 'Raster', exact: true }).click()
  await dialog().getByText('Zeichnet 4 Bilder.').waitFor()
  await page.keyboard.press('Escape')
})

test('nothing complained', () => {
  expect(studio.complaints).toEqual([])
})
