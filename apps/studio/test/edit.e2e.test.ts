import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readPngText } from '@neg/core'
import { node, readImage } from '@neg/node'
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addNegative, draw, drawn, fingerprint, jpegOfShown, openStudio, type Studio, setSteps } from './studio'

declare global {
  /** In the page, while somebody listens. */
  var saidOfSteps: Set<string>
}

let studio: Studio
let page: Page
/** A person who wears glasses, as a JPEG of the model's size, and in a corner of a larger one. */
let photo: Buffer
let large: Buffer

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
const dialog = () => page.getByRole('dialog')
const sha256 = (file: Buffer) => createHash('sha256').update(file).digest('hex')

/** Lets go of a file over the page. */
const drop = (file: Buffer, name: string, type: string) =>
  page.evaluate(
    ([bytes, title, kind]) => {
      const data = new DataTransfer()
      data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], title, { type: kind }))
      const init = { dataTransfer: data, bubbles: true, cancelable: true }
      document.querySelector('main')?.dispatchEvent(new DragEvent('dragover', init))
      document.querySelector('main')?.dispatchEvent(new DragEvent('drop', init))
    },
    [file.toString('base64'), name, type] as const,
  )

/** Listens for what the page says of steps, which may last less than a look at it: what was said until now, when asked. */
async function listen(): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    globalThis.saidOfSteps = new Set()
    const note = () => {
      for (const [text] of document.body.textContent.matchAll(/: (?:led back, )?step \d+ of \d+/g)) {
        globalThis.saidOfSteps.add(text)
      }
    }
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  return () => page.evaluate(() => [...globalThis.saidOfSteps])
}

async function savedPng(): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent('download'), button('Download PNG').click()])
  return readFileSync(await file.path())
}

/** Of a share of the shown picture from the left, how many pixels differ from the photograph beside it. */
const changed = (from: number, to: number): Promise<number> =>
  page.evaluate(
    ([left, right]) => {
      const [before, after] = [...document.querySelectorAll<HTMLCanvasElement>('.frames canvas.picture')].map(
        (canvas) => {
          const [x, end] = [Math.round(left * canvas.width), Math.round(right * canvas.width)]
          return canvas.getContext('2d')!.getImageData(x, 0, end - x, canvas.height).data
        },
      )
      let count = 0
      for (let i = 0; i < before.length; i += 4) {
        if ([0, 1, 2].some((c) => before[i + c] !== after[i + c])) count++
      }
      return count
    },
    [from, to] as const,
  )

beforeAll(async () => {
  studio = await openStudio()
  page = studio.page
  await page.getByLabel('Seed', { exact: true }).fill('12')
  await draw(page)
  await drawn(page)
  photo = await jpegOfShown(page, 128, 128)
  large = await jpegOfShown(page, 220, 150)
})
afterAll(() => studio?.close())

test('a photograph is dropped, what should go is typed, what it takes is counted, and it goes', async () => {
  await drop(photo, 'office.jpg', 'image/jpeg')
  await page.getByRole('heading', { name: 'The photograph' }).waitFor()
  expect(await page.getByLabel(/^What should come in its place/).inputValue()).toBe('')
  await page.getByRole('group', { name: 'What should go' }).waitFor()
  await addNegative(page, 'glasses')
  await setSteps(page, 10)
  const said = page.getByText(/^Passes: 8 lead back, \d+ find the place, \d+ draw\.$/)
  const [back, find, own] = (await said.textContent())!.match(/\d+/g)!.map(Number)
  const heard = await listen()
  await draw(page)
  await drawn(page)
  const steps = await heard()
  expect(steps).toContainEqual(expect.stringMatching(/: led back, step \d+ of 10/))
  expect(steps).toContainEqual(expect.stringMatching(/: step \d+ of 10/))
  const labels = await page.locator('.frames figcaption').allTextContents()
  expect(labels).toEqual(['The photograph', 'Edited'])
  const record = JSON.parse(readPngText(await savedPng()).neg)
  expect(record.recipe).toMatchObject({
    prompt: '',
    negatives: [{ text: 'glasses' }],
    guidance: { name: 'nag' },
    image: { sha256: sha256(photo), strength: 0.8, inversion: { method: 'edit-friendly' }, find: { by: 'attention' } },
  })
  expect(record.evaluations.run).toBe(back + find + own)
  expect(record.evaluations.before).toEqual({ inversion: back, find })

  const model = await node({ device: 'cpu' })
  try {
    const glasses = async (png: Buffer) => (await model.classify!(await readImage(png), {})).glasses
    expect(await glasses(photo)).toBeGreaterThan(0.5)
    expect(await glasses(await savedPng())).toBeLessThan(0.5)
  } finally {
    await model.dispose()
  }
})

test('where it may change is shown, and the result slides over the photograph', async () => {
  await page.getByLabel('Show where it may change').check()
  await page.locator('canvas.found').waitFor()
  await page.getByLabel('Show where it may change').uncheck()
  await button('Slide over the photograph').click()
  await page.getByLabel('Between the two pictures').fill('30')
  await expect.poll(() => page.locator('.viewer-over').getAttribute('style')).toContain('70%')
  expect(await page.locator('.viewer-over').getAttribute('alt')).toBe('what it began with')
  await dialog().getByRole('row', { name: 'Where it may change' }).getByText('Where it is found').waitFor()
  await page.keyboard.press('3')
  await page.getByText(/^Root mean square difference: 0\.\d+$/).waitFor()
  await page.keyboard.press('Escape')
})

test('as code it is an edit', async () => {
  await button('As code').click()
  await dialog()
    .getByText(/generate\(model, \{/)
    .waitFor()
  await dialog()
    .getByLabel(/^Of the picture that is shown/)
    .uncheck()
  await dialog().getByText('npx neg edit photo.png --negative glasses --steps 10 --seed 12').waitFor()
  await dialog()
    .getByText(/edit\(model, \{\s+image: photo\.sha256/)
    .waitFor()
  await page.keyboard.press('Escape')
})

test('the PNG opens again as an edit, and draws the same', async () => {
  const png = await savedPng()
  const before = await fingerprint(page)
  await page.getByRole('button', { name: 'Without a picture' }).click()
  await page.getByLabel('What it should be').fill('a queen')
  await page.reload()
  await page.getByLabel('Open a picture').setInputFiles({ name: 'edited.png', mimeType: 'image/png', buffer: png })
  await page.getByText('Loaded the recipe of edited.png.').waitFor()
  await page.getByRole('img', { name: 'The photograph' }).waitFor()
  expect(await page.getByLabel('Negative 1', { exact: true }).inputValue()).toBe('glasses')
  await draw(page)
  await drawn(page)
  expect(await fingerprint(page)).toBe(before)
})

test('only what is painted changes; what was found can be painted; a replacement comes in its place', async () => {
  await button('Where I paint').click()
  await button('What was found').click()
  const canvas = page.getByLabel(/^Mask: arrows move/)
  const painted = () =>
    canvas.evaluate((mask: HTMLCanvasElement) => {
      const { data } = mask.getContext('2d')!.getImageData(0, 0, mask.width, mask.height)
      return data.filter((value, i) => i % 4 === 3 && value > 127).length
    })
  expect(await painted()).toBeGreaterThan(0)
  await button('Clear the mask').click()
  const box = (await canvas.boundingBox())!
  await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.45)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.45, { steps: 4 })
  await page.mouse.up()
  await button('Take this mask').click()
  await page.getByAltText('The mask over it').waitFor()
  await page.getByText(/^Passes: \d+ lead back, \d+ draw\.$/).waitFor()
  await page.getByLabel(/^What should come in its place/).fill('sunglasses')
  await page.getByLabel('How much may change', { exact: true }).fill('0.6')
  await draw(page)
  await drawn(page)
  expect(await changed(0, 0.5)).toBeGreaterThan(50)
  expect(await changed(0.6, 1)).toBe(0)
  const { recipe } = JSON.parse(readPngText(await savedPng()).neg)
  expect(recipe).toMatchObject({ prompt: 'sunglasses', image: { strength: 0.6, mask: expect.any(String) } })
  expect(recipe.image.find).toBeUndefined()
})

test('a larger photograph keeps its size; heat lies where it was seen; stopping while it is led back stops', async () => {
  await page.getByLabel(/^What should come in its place/).fill('')
  await page.getByLabel('Another photograph').setInputFiles({ name: 'l.jpg', mimeType: 'image/jpeg', buffer: large })
  await expect.poll(() => page.getByAltText('The mask over it').count()).toBe(0)
  await setSteps(page, 40)
  await draw(page)
  await page.getByText(/led back, step [1-9]/).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Stop/ }).waitFor({ state: 'hidden' })
  await setSteps(page, 6)
  await draw(page)
  await drawn(page)
  const size = await page
    .locator('figure.shown canvas.picture')
    .evaluate((canvas: HTMLCanvasElement) => [canvas.width, canvas.height])
  expect(size).toEqual([220, 150])
  await button('glasses').click()
  const place = await page.locator('canvas.heat').evaluate((heat) => {
    const [own, frame] = [heat.getBoundingClientRect(), heat.parentElement!.getBoundingClientRect()]
    return (own.width / own.height) * (frame.height / frame.width)
  })
  const { recipe } = JSON.parse(readPngText(await savedPng()).neg)
  expect(place).toBeCloseTo((recipe.image.region.width / recipe.image.region.height) * (150 / 220), 2)
  expect(await page.getByRole('button', { name: /^Try windows/ }).count()).toBe(0)
})

test('compared, it is without, with and in the window, beside the photograph', async () => {
  await page.getByLabel(/^Compare on one seed/).check()
  await setSteps(page, 4)
  await draw(page)
  await drawn(page)
  expect(await page.locator('.frames figcaption').allTextContents()).toEqual([
    'The photograph',
    'Without',
    'With, always',
    'With, in its window',
  ])
  await page.getByLabel(/^Compare on one seed/).uncheck()
})

test('it is begun with instead, and undone', async () => {
  await button('Begin with it instead').click()
  await page.getByText('Begin with a picture').waitFor()
  await page.getByRole('img', { name: 'The picture that is begun with' }).waitFor()
  await button('Undo').click()
  await page.getByRole('heading', { name: 'The photograph' }).waitFor()
  expect(await page.getByRole('img', { name: 'The picture that is begun with' }).count()).toBe(0)
})

test('nothing complained', () => {
  expect(studio.complaints).toEqual([])
})
