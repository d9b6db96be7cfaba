import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, drawn, openStudio, type Studio, setSteps } from './studio'

let studio: Studio
let page: Page
beforeAll(async () => {
  studio = await openStudio()
  page = studio.page
  await setSteps(page, 2)
  await draw(page)
  await drawn(page)
})
afterAll(() => studio?.close())

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
const seed = () => page.getByLabel('Seed', { exact: true })
const thumbs = () => page.getByRole('button', { name: /^Look at: / })

test('what waits, and what was being drawn, waits again after a reload; it goes on when somebody says so', async () => {
  await setSteps(page, 60)
  await seed().fill('5')
  await draw(page)
  await page.getByText(/step [1-9]\d* of 60/).waitFor()
  await setSteps(page, 3)
  for (const next of ['6', '7']) {
    await seed().fill(next)
    await draw(page)
  }
  await page.getByText('2 waiting').waitFor()
  await page.reload()
  await page.getByText('3 waiting').click()
  const listed = await page.locator('.waiting-list li').allTextContents()
  expect(listed.map((text) => /Seed (\d+)/.exec(text)?.[1])).toEqual(['5', '6', '7'])
  await page
    .getByRole('button', { name: /^Take out of the queue/ })
    .first()
    .click()
  await page.getByText('2 waiting').waitFor()
  await button('Go on').click()
  await page.locator('.waiting-list').waitFor({ state: 'hidden' })
  await drawn(page)
  await expect.poll(() => thumbs().count()).toBe(3)
  expect(await thumbs().first().getAttribute('aria-label')).toMatch(/seed 7$/i)
  await page.reload()
  await thumbs().first().waitFor()
  expect(await page.getByText(/\d waiting/).count()).toBe(0)
})

test('of a grid that was half drawn only the rest is drawn', async () => {
  await setSteps(page, 10)
  const before = await thumbs().count()
  await button('Grid').click()
  await page.getByLabel('seeds: 1-4, 12').fill('20-22')
  await button('Draw them').click()
  await expect.poll(() => thumbs().count(), { timeout: 60_000, interval: 50 }).toBe(before + 1)
  await page.reload()
  await page.getByText('1 waiting').click()
  await button('Go on').click()
  await page.getByText('3 of 3 pictures').waitFor({ timeout: 240_000 })
  await drawn(page)
  expect(await page.locator('.plot canvas.picture').count()).toBe(3)
  expect(await thumbs().count()).toBe(before + 3)
})

test('nothing complained', () => {
  expect(studio.complaints).toEqual([])
})
