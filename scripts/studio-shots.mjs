/**
 * `npm run studio:shots [-- FOLDER]`: builds the studio, goes through its states in Chromium as a person would, and writes a
 * PNG of each into FOLDER (default `.cache/studio-shots`). docs/studio.md shows some of them.
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chromium as engine } from 'playwright'
import { ensureBuilt } from './lib/build.mjs'
import { chromium, isolation } from './lib/chromium.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { serveFolder } from './lib/static-server.mjs'
import { root } from './lib/workspace.mjs'

const say = (line) => process.stderr.write(`${line}\n`)
const folder = resolve(process.argv[2] ?? join(root, '.cache', 'studio-shots'))
mkdirSync(folder, { recursive: true })

await ensureInstalled(say)
await ensureBuilt(say, '@neg/studio')
const server = await serveFolder(join(root, 'apps', 'studio', 'dist'), { headers: isolation })
const browser = await engine.launch(chromium)
const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, locale: 'en-US' })
page.setDefaultTimeout(120_000)

const button = (name) => page.getByRole('button', { name, exact: true })
const shot = async (name) => {
  await page.waitForTimeout(300) // what glides has arrived
  await page.screenshot({ path: join(folder, `${name}.png`) })
  say(`${name}.png`)
}
const draw = async () => {
  await page.getByRole('button', { name: /^(Draw|Compare) ?/ }).click()
  await page.getByText(/^Drawn in/).waitFor()
}

try {
  await page.goto(server.url)
  await page.getByText(/The first picture fetches/).waitFor()
  await shot('empty')
  await page.getByRole('button', { name: 'a professional office woman, without glasses' }).click()
  await page.getByLabel('Steps', { exact: true }).fill('12')
  await button('Add a negative').click()
  await page.getByLabel('Negative 2', { exact: true }).fill('earrings')
  await draw()
  await page.locator('.chart').waitFor()
  await shot('picture')
  await button('woman').click()
  await button('glasses').click()
  await page.locator('.beside').evaluate((pane) => pane.scrollTo(0, 330))
  await shot('words-and-curve')
  await button('woman').click()
  await button('glasses').click()
  await page.getByLabel(/^Compare on one seed/).check()
  await draw()
  await page.locator('.beside').evaluate((pane) => pane.scrollTo(0, 0))
  await shot('compare')
  await page.getByLabel(/^Compare on one seed/).uncheck()

  await button('Grid').click()
  await page.getByLabel('Down').selectOption('Scale')
  await shot('grid-dialog')
  await page.getByLabel('numbers: 1, 3, 5-9:2').fill('2, 5, 8')
  await button('Draw them').click()
  await page.getByText(/^Drawn in/).waitFor()
  await shot('grid')
  await page.locator('.cell').nth(1).click()
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('2')
  await shot('viewer')
  await page.keyboard.press('3')
  await shot('difference')
  await page.keyboard.press('Escape')

  await button('Begin with this').click()
  await button('Paint a mask').click()
  const canvas = page.getByLabel(/^Mask: arrows move/)
  await page.waitForTimeout(400)
  const box = await canvas.boundingBox()
  await page.mouse.move(box.x + box.width * 0.25, box.y + box.height * 0.2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.75, box.y + box.height * 0.2, { steps: 6 })
  await page.mouse.up()
  await shot('mask')
  await page.keyboard.press('Escape')
  await button('Without a picture').click()

  for (const number of [2, 1]) await button(`Remove negative ${number}`).click()
  await page.getByLabel('Seed', { exact: true }).fill('12')
  await page.getByLabel('Steps', { exact: true }).fill('20')
  await draw()
  const photo = await page.locator('figure.shown canvas.picture').evaluate(async (shown) => {
    const canvas = new OffscreenCanvas(shown.width, shown.height)
    canvas.getContext('2d').drawImage(shown, 0, 0)
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 })
    return [...new Uint8Array(await blob.arrayBuffer())]
  })
  await page
    .getByLabel('Edit a photograph')
    .setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(photo) })
  await page.getByRole('heading', { name: 'The photograph' }).waitFor()
  await button('Add a negative').click()
  await page.getByLabel('Negative 1', { exact: true }).fill('glasses')
  await page.getByText(/^Passes: /).waitFor()
  await page.getByRole('button', { name: /^Draw ?/ }).click()
  await page.getByText(/led back, step \d+/).waitFor()
  await shot('edit-led-back')
  await page.getByText(/^Drawn in/).waitFor()
  await page.getByLabel('Show where it may change').check()
  await shot('edit-found')
  await page.getByLabel('Show where it may change').uncheck()
  await shot('edit')
  await button('Slide over the photograph').click()
  await page.getByLabel('Between the two pictures').waitFor()
  await shot('edit-slider')
  await page.keyboard.press('Escape')
  for (const [name, view] of [
    ['styles', 'Styles'],
    ['code', 'As code'],
    ['keys', 'Keys'],
  ]) {
    await button(view).click()
    await page.getByRole('dialog').waitFor()
    await shot(name)
    await page.keyboard.press('Escape')
  }
  await page.getByRole('button', { name: /^portraits/ }).click()
  await page.getByText(/wasm: /).waitFor()
  await shot('model')
  await page.keyboard.press('Escape')
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 390, height: 844 })
  await shot('phone-dark')
  await page.locator('.stage').scrollIntoViewIfNeeded()
  await shot('phone-dark-picture')
  await page.setViewportSize({ width: 2560, height: 1440 })
  await button('DE: Deutsch').click()
  await page.getByRole('button', { name: /^Zeichnen/ }).waitFor()
  await shot('wide-german')
} finally {
  await browser.close()
  await server.close()
}
