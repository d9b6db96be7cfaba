import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addNegative, draw, drawn, fingerprint, openStudio, type Studio, setSteps } from './studio'

let studio: Studio
let page: Page
beforeAll(async () => {
  studio = await openStudio()
  page = studio.page
  await setSteps(page, 4)
})
afterAll(() => studio?.close())

const seed = () => page.getByLabel('Seed', { exact: true })
const drawButton = () => page.getByRole('button', { name: /^Draw/ })

test('the first picture comes without a note; a refused recipe leaves it, and says why in the page’s words', async () => {
  await draw(page)
  await drawn(page)
  expect(await page.getByText(/note on this picture/).count()).toBe(0)
  const before = await fingerprint(page)
  await seed().fill('nonsense')
  await draw(page)
  const alert = page.getByRole('alert')
  await alert.getByText('The seed is no whole number that fits in 64 bits').waitFor()
  expect(await fingerprint(page)).toBe(before)
  await seed().fill('1')
  await alert.getByRole('button', { name: 'Dismiss' }).click()
})

test('guidances that the model or the recipe cannot run are offered with the reason, and cannot be chosen', async () => {
  const option = (name: string) => page.locator('#guidance option').filter({ hasText: new RegExp(`^${name}( –|$)`) })
  expect(await option('auto').textContent()).toBe('auto – needs a second model, which this page does not give it')
  expect(await option('auto').isDisabled()).toBe(true)
  expect(await option('perp-neg').isDisabled()).toBe(false)
  await addNegative(page, 'glasses')
  await expect.poll(() => option('pag').textContent()).toMatch(/^pag( – reads no negatives)?$/)
  const reasons = await page.locator('#guidance option[disabled]').allTextContents()
  expect(reasons.every((text) => text.includes(' – '))).toBe(true)
})

test('undo and redo go over the whole draft, by button and by keys', async () => {
  await page.getByLabel('Negative 1', { exact: true }).fill('hat')
  await setSteps(page, 7)
  const [undo, redo] = ['Undo', 'Redo'].map((name) => page.getByRole('button', { name, exact: true }))
  await undo.click()
  expect(await page.getByLabel('Steps', { exact: true }).inputValue()).toBe('4')
  await undo.click()
  expect(await page.getByLabel('Negative 1', { exact: true }).inputValue()).not.toBe('hat')
  await redo.click()
  await page.keyboard.press('Control+Shift+z')
  expect(await page.getByLabel('Steps', { exact: true }).inputValue()).toBe('7')
  expect(await page.getByLabel('Negative 1', { exact: true }).inputValue()).toBe('hat')
  await setSteps(page, 4)
})

test('removing a negative changes none of the others, in strength or colour', async () => {
  await page.getByLabel('Guidance', { exact: true }).selectOption('general')
  await addNegative(page, 'beard')
  const strength = page.getByLabel('Strength', { exact: true })
  await expect.poll(() => strength.last().inputValue()).toBe('2')
  const colour = () => page.locator('.negative').last().getAttribute('data-colour')
  const before = await colour()
  await page.getByRole('button', { name: 'Remove negative 1' }).click()
  expect(await strength.inputValue()).toBe('2')
  expect(await colour()).toBe(before)
})

test('the draft is there after a reload, and after a crash', async () => {
  await page.getByLabel('What it should be').fill('a wizard on a dragon')
  await seed().fill('41')
  await page.reload()
  expect(await page.getByLabel('What it should be').inputValue()).toBe('a wizard on a dragon')
  expect(await page.getByLabel('Negative 1', { exact: true }).inputValue()).toBe('beard')
  expect(await page.getByLabel('Guidance', { exact: true }).inputValue()).toBe('general')
  await page.getByLabel('What it should be').fill('a wizard on a dragon, sky')
  await page.goto('chrome://crash').catch(() => {})
  const next = await studio.context.newPage()
  await page.close()
  page = next
  await page.goto(studio.url)
  expect(await page.getByLabel('What it should be').inputValue()).toBe('a wizard on a dragon, sky')
  expect(await seed().inputValue()).toBe('41')
})

test('words that the model does not know are marked as they are typed; brackets that weigh nothing are pointed out', async () => {
  await page.getByText('Not among the words that this model knows').waitFor()
  expect(await page.locator('.mirror .unknown').allTextContents()).toEqual(['dragon'])
  await page.getByLabel('What it should be').fill('a wizard, (blue background:1.3)')
  await page.getByText('(blue background:1.3) is read as words').waitFor()
  expect(await page.locator('.mirror .unknown').count()).toBe(0)
  await page.getByRole('button', { name: 'Read as weights' }).click()
  await page.getByText('is read as words').waitFor({ state: 'hidden' })
  expect(await page.getByText('syntax "a1111"').count()).toBe(1)
})

test('the controls show every value that a record can have, and draw what they show', async () => {
  const recipe = { prompt: 'a wizard', negatives: [{ text: 'beard', scale: 22.5 }], steps: 80, scale: 25, seed: '5' }
  const buffer = Buffer.from(JSON.stringify({ recipe }))
  await page.getByLabel('Open a picture').setInputFiles({ name: 'far.json', mimeType: 'application/json', buffer })
  const [steps, scale] = ['Steps', 'Scale s⁺'].map((name) => page.getByLabel(name, { exact: true }))
  await expect.poll(() => steps.inputValue()).toBe('80')
  expect(await scale.inputValue()).toBe('25')
  expect(await page.getByLabel('Scale s⁺ (slider)').inputValue()).toBe('25')
  expect(await page.getByLabel('Strength', { exact: true }).inputValue()).toBe('22.5')
  // What was said goes away by itself.
  await page.getByText('Loaded the recipe of far.json.').waitFor({ state: 'hidden', timeout: 15_000 })
  await setSteps(page, 3)
  await draw(page)
  await drawn(page)
  await page.getByRole('button', { name: 'Look at it large' }).click()
  const fact = (name: string) => page.getByRole('dialog').getByRole('row', { name }).getByRole('cell')
  expect(await fact('Scale s⁺').textContent()).toBe('25')
  expect(await fact('Steps').textContent()).toBe('3')
  await page.keyboard.press('Escape')
})

test('a second Draw queues, with the seed moved on where it says so', async () => {
  await page.getByLabel('The seed of the next picture').selectOption('next')
  await seed().fill('60')
  await setSteps(page, 6)
  await drawButton().click()
  await drawButton().click()
  await drawButton().click()
  await page.getByText('2 waiting').or(page.getByText('1 waiting')).first().waitFor()
  expect(await seed().inputValue()).toBe('62')
  await drawn(page)
  for (const each of ['60', '61', '62']) {
    await page
      .getByRole('button', { name: new RegExp(`^Look at: .*seed ${each}$`, 'i') })
      .first()
      .waitFor()
  }
  await page.getByLabel('The seed of the next picture').selectOption('keep')
})

test('the link is of the picture that is shown, whatever the page says by now', async () => {
  await seed().fill('9999')
  await page.getByLabel('What it should be').fill('something else')
  await page.getByRole('button', { name: 'Share link' }).click()
  await page.getByText('Link copied').waitFor()
  const other = await studio.context.newPage()
  await other.goto(await page.evaluate(() => navigator.clipboard.readText()))
  await expect.poll(() => other.getByLabel('Seed', { exact: true }).inputValue()).toBe('62')
  expect(await other.getByLabel('What it should be').inputValue()).toBe('a wizard')
  await other.close()
  await page.reload()
})

test('a recipe with windows is the third of its comparison as it stands; the second has them always open', async () => {
  const recipe = {
    prompt: 'a wizard',
    negatives: [{ text: 'beard', window: { from: 0.25, to: 0.75 } }],
    steps: 4,
    seed: '5',
  }
  const buffer = Buffer.from(JSON.stringify({ recipe }))
  await page.getByLabel('Open a picture').setInputFiles({ name: 'one.json', mimeType: 'application/json', buffer })
  await page.getByText('step 1 to 2 of 4').waitFor()
  await draw(page)
  await drawn(page)
  const alone = await fingerprint(page)
  await page.getByLabel(/^Compare on one seed/).check()
  await draw(page)
  await page.getByRole('button', { name: 'With, in its window', exact: true }).click()
  await drawn(page)
  expect(await fingerprint(page)).toBe(alone)
  await page.getByRole('button', { name: 'With, always', exact: true }).click()
  expect(await fingerprint(page)).not.toBe(alone)
  // Side by side on a phone, too: one is swiped to after another.
  await page.setViewportSize({ width: 390, height: 844 })
  const frames = await page
    .locator('.frames-many')
    .evaluate((list) => [list.scrollWidth > list.clientWidth, getComputedStyle(list).scrollSnapType])
  expect(frames).toEqual([true, 'x mandatory'])
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.getByLabel(/^Compare on one seed/).uncheck()
})

test('Draw and the picture stay in sight while settings scroll; wide screens are used', async () => {
  const seen = async (name: string) => {
    const box = await page.locator(name).first().boundingBox()
    const height = page.viewportSize()!.height
    return box !== null && box.y >= 0 && box.y + Math.min(box.height, 200) <= height + 1
  }
  await page.locator('.column-compose').evaluate((column) => column.scrollTo(0, column.scrollHeight))
  expect([await seen('.button-draw'), await seen('.frame')]).toEqual([true, true])
  await page.setViewportSize({ width: 390, height: 844 })
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  expect([await seen('.button-draw'), await seen('.mini')]).toEqual([true, true])
  await page.setViewportSize({ width: 2560, height: 1440 })
  const box = await page.locator('.page').boundingBox()
  expect(box!.width).toBeGreaterThan(2400)
  await page.setViewportSize({ width: 1280, height: 900 })
})

test('previews cost at most a twentieth: none of them is decoded where a step can be sketched', async () => {
  await setSteps(page, 12)
  await drawButton().click()
  // A sketch is a pixel a latent cell, a decoded preview has the picture's size.
  const sizes = new Set<number>()
  for (;;) {
    const picture = page.locator('figure.shown canvas.picture')
    if (await page.getByText(/^Drawn in/).isVisible()) break
    if (await picture.isVisible()) sizes.add(await picture.evaluate((canvas: HTMLCanvasElement) => canvas.width))
  }
  expect([...sizes].filter((size) => size < 128)).toEqual([16])
})

test('nothing complained', () => {
  expect(studio.complaints).toEqual([])
})
