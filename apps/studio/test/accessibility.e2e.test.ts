import { afterAll, beforeAll, expect, test } from 'vitest'
import { faults } from './axe'
import { addNegative, draw, drawn, openStudio, type Studio, setSteps } from './studio'

/** Set to a folder to look at the pages. */
const shots = process.env.NEG_SCREENSHOTS

let studio: Studio
beforeAll(async () => {
  studio = await openStudio()
  const { page } = studio
  await addNegative(page, 'glasses')
  await page.getByRole('button', { name: 'for nouns' }).click()
  await addNegative(page, 'blurry')
  await setSteps(page, 8)
  await draw(page)
  await drawn(page)
  await page.getByRole('button', { name: 'woman', exact: true }).click()
})
afterAll(() => studio?.close())

const views = [
  ['light', 1280, 900],
  ['dark', 1280, 900],
  ['light', 390, 844],
  ['dark', 390, 844],
  ['light', 2560, 1440],
] as const

test.each(views)('%s at %i × %i has no fault, and nothing sticks out', async (scheme, width, height) => {
  const { page } = studio
  await page.emulateMedia({ colorScheme: scheme })
  await page.setViewportSize({ width, height })
  if (shots) await page.screenshot({ path: `${shots}/${scheme}-${width}.png`, fullPage: true })
  expect(await faults(page)).toEqual([])
  const overhang = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(overhang).toBeLessThanOrEqual(0)
})

test('the dialog of model and device has no fault, and Escape closes it', async () => {
  const { page } = studio
  await page.getByRole('button', { name: /^portraits/ }).click()
  await page.getByText(/wasm: .*thread/).waitFor()
  await page.getByText(/portraits [\d.]+ MB/).waitFor()
  if (shots) await page.screenshot({ path: `${shots}/dialog.png` })
  expect(await faults(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
})

test('everything is reached and done with the keyboard', async () => {
  const { page } = studio
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.getByLabel('What it should be').focus()
  const reached = new Set<string>()
  for (let i = 0; i < 90; i++) {
    await page.keyboard.press('Tab')
    reached.add(
      await page.evaluate(() => {
        const { activeElement: at } = document
        return (
          at?.getAttribute('aria-label') ?? (at as HTMLInputElement)?.labels?.[0]?.textContent ?? at?.textContent ?? ''
        )
      }),
    )
  }
  const names = [...reached].join('\n')
  for (const name of [
    'Negative 1',
    'Start of the window of glasses',
    'Window of glasses',
    'Draw',
    'Scale',
    'Seed',
    'Guidance',
    'Download PNG',
  ]) {
    expect(names).toContain(name)
  }
  await page.getByLabel('What it should be').press('Control+Enter')
  await page.getByRole('button', { name: /^Stop/ }).waitFor()
  await drawn(page)
})
