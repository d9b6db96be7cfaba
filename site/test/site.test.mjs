import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtInGuidances } from '@neg/core/guidance'
import { chromium as engine } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromium, isolation } from '../../scripts/lib/chromium.mjs'
import { serveFolder } from '../../scripts/lib/static-server.mjs'
import { root } from '../../scripts/lib/workspace.mjs'

const dist = join(root, 'site', 'dist')

/** Where the stage of these tests builds it for. */
const base = '/under/a/path/'

let server
let browser
beforeAll(async () => {
  server = await serveFolder(dist, { base, headers: isolation, gzip: true })
  browser = await engine.launch(chromium)
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

/** A page of the site, with what it says of errors and asks of others. */
async function open(path) {
  const page = await browser.newPage()
  const said = []
  page.on('pageerror', (error) => said.push(error.message))
  page.on('console', (message) => message.type() === 'error' && said.push(message.text()))
  page.on('request', (request) => {
    const url = request.url()
    if (!/^(data|blob):/.test(url) && !url.startsWith(server.url)) said.push(`asks ${url}`)
  })
  await page.goto(`${server.url}${path}`)
  return { page, said }
}

/** The picture's pixels, four bytes in a number. */
const pixels = (page) =>
  page.locator('.draw-here canvas').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    return [...new Uint32Array(data.buffer)]
  })

test('the page on ideas draws, with a negative and without, and asks nobody else', async () => {
  const { page, said } = await open('ideas.html')
  const draw = async () => {
    await page.getByRole('button', { name: 'Draw', exact: true }).click()
    await page.getByText(/^Drawn on|Error/).waitFor({ timeout: 240_000 })
    const status = await page.getByRole('status').textContent()
    expect(status).toMatch(/^Drawn on \w+, \d+ network evaluations$/)
    return { status, pixels: await pixels(page) }
  }
  const without = await draw()
  await page.getByLabel('with the negative').uncheck()
  await page.getByRole('status').evaluate((element) => (element.textContent = ''))
  const plain = await draw()
  expect(new Set(without.pixels).size).toBeGreaterThan(500)
  expect(new Set(plain.pixels).size).toBeGreaterThan(500)
  const changed = without.pixels.filter((pixel, i) => pixel !== plain.pixels[i]).length / plain.pixels.length
  expect(changed).toBeGreaterThan(0.2)
  expect(said).toEqual([])
  await page.close()
})

test('a guidance’s page shows its formula as mathematics and its picture; the search finds it', async () => {
  const { page, said } = await open('index.html')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('searchbox').fill('perp-neg')
  await page.locator('#localsearch-list a[href*="guidances/perp-neg"]').first().click()
  await page.locator('.formula math').waitFor()
  expect(await page.locator('.formula').textContent()).not.toContain('\\')
  const picture = page.locator('main img[alt*="perp-neg"]')
  await picture.evaluate((image) => image.decode())
  expect(await picture.evaluate((image) => [image.naturalWidth, image.naturalHeight])).toEqual([256, 128])
  expect(said).toEqual([])
  await page.close()
})

test('every guidance has a page, with a formula and a picture or the reason why not', () => {
  for (const { name } of builtInGuidances) {
    const file = join(dist, 'guidances', `${name}.html`)
    expect(existsSync(file), name).toBe(true)
    const html = readFileSync(file, 'utf8')
    expect(html, name).toContain('<math')
    expect(html, name).toMatch(/<img src="[^"]*\.png"|Not drawn: /)
  }
})

test('the reference has the docstrings', () => {
  const html = readFileSync(join(dist, 'reference', 'core.html'), 'utf8')
  expect(html).toContain('id="generate"')
  expect(html.length).toBeGreaterThan(100_000)
})
