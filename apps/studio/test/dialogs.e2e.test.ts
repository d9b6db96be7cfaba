import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faults } from './axe'
import { addNegative, draw, drawn, openStudio, type Studio, setSteps } from './studio'

/** Set to a folder to look at the pages. */
const shots = process.env.NEG_SCREENSHOTS

let studio: Studio
let page: Page
beforeAll(async () => {
  studio = await openStudio()
  page = studio.page
  await addNegative(page, 'glasses')
  await setSteps(page, 3)
  await page.getByLabel(/^Compare on one seed/).check()
  await draw(page)
  await drawn(page)
})
afterAll(() => studio?.close())

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
const dialog = () => page.getByRole('dialog')

/** No fault, light or dark, wide or on a phone. */
async function clean(name: string): Promise<void> {
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 860 })
    if (shots) await page.screenshot({ path: `${shots}/${name}-${colorScheme}.png` })
    expect.soft([name, colorScheme, await faults(page)]).toEqual([name, colorScheme, []])
    const overhang = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect.soft([name, overhang <= 0]).toEqual([name, true])
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1280, height: 860 })
}

/** Goes from control to control by the keyboard until one of a name has the focus. */
async function tabTo(name: string | RegExp): Promise<void> {
  for (let i = 0; i < 120; i++) {
    const here = await page.evaluate(() => {
      const { activeElement: at } = document
      const label = (at as HTMLInputElement | null)?.labels?.[0]?.textContent
      return (at?.getAttribute('aria-label') ?? label ?? at?.textContent ?? '').trim()
    })
    if (typeof name === 'string' ? here === name : name.test(here)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`The keyboard does not reach ${name}.`)
}

const closed = () => dialog().waitFor({ state: 'detached' })

test('three pictures beside each other, and the history', async () => {
  await page.locator('.thumb').nth(2).waitFor()
  await clean('compare')
  await page.getByLabel(/^Compare on one seed/).uncheck()
})

test('by keys alone: a picture is looked at large, slid over another, their difference, a favourite, and back', async () => {
  await page.locator('h1').click()
  await page.keyboard.press('v')
  await dialog().waitFor()
  await clean('viewer')
  await page.keyboard.press('2')
  await tabTo('Between the two pictures')
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => page.locator('.viewer-over').getAttribute('style')).toContain('51%')
  await clean('viewer-slider')
  await page.keyboard.press('3')
  await page.getByText(/^Root mean square difference/).waitFor()
  await clean('viewer-difference')
  await page.keyboard.press('f')
  await button('★ Favourite').waitFor()
  await page.keyboard.press('Escape')
  await closed()
})

test('by keys alone: the history is searched', async () => {
  await page.keyboard.press('/')
  await page.keyboard.type('nothing like it')
  await page.getByText('Nothing is like that.').waitFor()
  await clean('history-nothing')
  await page.getByLabel('Find in the history').fill('')
})

test('by keys alone: a style is kept and used', async () => {
  await page.locator('h1').click()
  await page.keyboard.press('s')
  await tabTo('Name of the style')
  await page.keyboard.type('Night')
  await tabTo('Part of the prompt')
  await page.keyboard.type('night')
  await tabTo('Keep this style')
  await page.keyboard.press('Enter')
  await page.getByText('Night is kept.').waitFor()
  await clean('styles')
  await tabTo('Use the style Night')
  await page.keyboard.press('Enter')
  await closed()
  expect(await page.getByLabel('What it should be').inputValue()).toMatch(/, night$/)
})

test('by keys alone: what is shown as code, and a recipe as JSON is taken', async () => {
  await page.locator('h1').click()
  await page.keyboard.press('c')
  await dialog()
    .getByText(/generate\(model, \{/)
    .waitFor()
  await clean('code')
  await tabTo('JSON')
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('{"prompt":"a chef","negatives":["glasses"],"seed":"8","steps":3}')
  await tabTo('Take this recipe')
  await page.keyboard.press('Enter')
  await closed()
  expect(await page.getByLabel('Seed', { exact: true }).inputValue()).toBe('8')
})

test('the sheet of keys', async () => {
  await page.locator('h1').click()
  await page.keyboard.press('?')
  await dialog().waitFor()
  await clean('keys')
  await page.keyboard.press('Escape')
  await closed()
})

test('by keys alone: a grid is drawn, and one of its cells looked at', async () => {
  await page.locator('h1').click()
  await page.keyboard.press('g')
  await tabTo('seeds: 1-4, 12')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('1-2')
  await tabTo('Down')
  await page.keyboard.type('Scale')
  await dialog().getByLabel('numbers: 1, 3, 5-9:2').waitFor()
  await clean('grid-dialog')
  await tabTo('numbers: 1, 3, 5-9:2')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('2, 7')
  await page.keyboard.press('Enter')
  await closed()
  await drawn(page)
  await clean('grid')
  await tabTo('seed 2, scale 7')
  await page.keyboard.press('Enter')
  await dialog().getByText('4 / 4').waitFor()
  await page.keyboard.press('Escape')
  await closed()
})

test('by keys alone: something is taken out of a photograph where it is painted', async () => {
  const png = await page.evaluate(async () => {
    const shown = document.querySelector<HTMLCanvasElement>('.plot canvas.picture')!
    const blob = await new Promise<Blob>((resolve) => shown.toBlob((made) => resolve(made!), 'image/png'))
    return [...new Uint8Array(await blob.arrayBuffer())]
  })
  await page.locator('h1').click()
  page.once('filechooser', (chooser) =>
    chooser.setFiles({ name: 'chef.png', mimeType: 'image/png', buffer: Buffer.from(png) }),
  )
  await page.waitForTimeout(200) // until choosers are listened for
  await page.keyboard.press('e')
  await page.getByRole('heading', { name: 'The photograph' }).waitFor()
  await clean('edit')
  await tabTo('Where I paint')
  await page.keyboard.press('Enter')
  await dialog().waitFor()
  await clean('mask')
  await tabTo(/^Mask: arrows/)
  for (const key of ['ArrowUp', 'ArrowUp', 'Space', 'ArrowRight', 'Space']) await page.keyboard.press(key)
  await tabTo('Take this mask')
  await page.keyboard.press('Enter')
  await closed()
  await page.getByAltText('The mask over it').waitFor()
  await page.keyboard.press('Control+Enter')
  await page.locator('.frames figcaption').first().waitFor()
  await drawn(page)
  await clean('edited')
  await tabTo('Slide over the photograph')
  await page.keyboard.press('Enter')
  await page.getByLabel('Between the two pictures').waitFor()
  await clean('edited-slider')
  await page.keyboard.press('Escape')
  await closed()
})

test('what waits, what was refused, and what was loaded from another tool', async () => {
  await setSteps(page, 60)
  await draw(page)
  await draw(page)
  await page.getByText('1 waiting').click()
  await clean('waiting')
  await button('Stop all').click()
  await page.getByRole('button', { name: /^Stop/ }).waitFor({ state: 'hidden' })
  await page.getByLabel('Seed', { exact: true }).fill('nonsense')
  await draw(page)
  await page.getByRole('alert').waitFor()
  await clean('refused')
  await button('Dismiss').click()
  await page.evaluate(() => {
    const data = new DataTransfer()
    data.setData(
      'text/plain',
      'a builder\nNegative prompt: hat\nSteps: 7, Sampler: Euler a, CFG scale: 6, Seed: 23, Model: x',
    )
    document.querySelector('main')?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }))
  })
  await page.getByText(/AUTOMATIC1111 wrote it/).waitFor()
  await clean('foreign')
})

test('nothing complained', () => {
  expect(studio.complaints).toEqual([])
})
