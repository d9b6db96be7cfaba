import { readFileSync } from 'node:fs'
import { type DiffusionModel, type GenerateInput, generate, type Pixels, readPngText, registerPlugin } from '@neg/core'
import { createScheduler, defineScheduler } from '@neg/core/schedulers'
import { node } from '@neg/node'
import { negServer } from '@neg/remote/jobs'
import { hashToken, type NegServer, startServer } from '@neg/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  addNegative,
  draw,
  drawAndStop,
  drawn,
  fingerprint,
  jpegOfShown,
  openStudio,
  type Studio,
  setSteps,
} from './studio'

const token = 'studio-0123456789abcdefghij'

/** What `neg serve --plugin` adds: DDIM over more steps than are asked for. */
const slow = defineScheduler({
  name: 'SlowScheduler',
  version: '1',
  aliases: ['slow'],
  source: 'this test',
  config: {
    parse: (given) => ({ factor: 2, ...(given as { factor?: number }) }),
    toJSONSchema: () => ({ properties: { factor: { type: 'integer', minimum: 1, default: 2 } } }),
  },
  create({ factor }) {
    const inner = createScheduler({ name: 'ddim', config: {} })
    return {
      ...inner,
      name: 'SlowScheduler',
      config: { factor },
      schedule: ({ steps = 1, ...request }) => inner.schedule({ ...request, steps: steps * factor }),
    }
  },
})

let model: DiffusionModel & { dispose(): Promise<void> }
let studio: Studio
/** Lets the studio's origin in, and wants a token. */
let server: NegServer
/** Knows neither. */
let closed: NegServer
beforeAll(async () => {
  // As exported, so that a watched picture is the one that is drawn here without watching, to the bit.
  model = await node({ device: 'cpu', attention: 'exported' })
  registerPlugin(slow)
  studio = await openStudio()
  const { origin } = new URL(studio.url)
  server = await startServer({ models: model, cors: [origin], tokens: [{ name: 'page', sha256: hashToken(token) }] })
  closed = await startServer({ models: model })
})
afterAll(async () => {
  await studio?.close()
  await server?.close({ drain: 0 })
  await closed?.close({ drain: 0 })
  await model?.dispose()
})

/** As `fingerprint` has it of the page. */
const fingerprintOf = ({ data }: Pixels): number => data.reduce((hash, value) => (Math.imul(hash, 31) + value) | 0, 0)

const alert = (code: string) => studio.page.getByRole('alert').filter({ hasText: code })
const jobs = async () => (await negServer({ url: server.url, token }).jobs()).jobs

async function connect(url: string, withToken = ''): Promise<void> {
  const { page } = studio
  await page.getByRole('button', { name: /portraits|^server/ }).click()
  await page.getByLabel('Address of a neg server').fill(url)
  await page.getByLabel('Token of the server').fill(withToken)
  await page.getByRole('button', { name: 'Connect' }).click()
}

test('a server that does not know the page is named, with the command that lets it in', async () => {
  const { page } = studio
  await connect(closed.url)
  await page.getByRole('button', { name: 'Close' }).click()
  await alert('origin-forbidden').waitFor()
  await page.getByText(`neg serve --cors ${new URL(studio.url).origin}`).waitFor()
  await page.getByRole('button', { name: 'Back to the embedded model' }).click()
  expect(await page.getByRole('alert').count()).toBe(0)
})

test('an address where nothing answers is named', async () => {
  const { page } = studio
  await connect('http://127.0.0.1:9')
  await page.getByRole('button', { name: 'Close' }).click()
  await alert('remote-unreachable').waitFor()
  await page.getByRole('button', { name: 'Back to the embedded model' }).click()
})

test('a token that is wanted is asked for, and kept from storage that lasts', async () => {
  const { page } = studio
  await connect(server.url)
  await page.getByRole('button', { name: 'Close' }).click()
  await alert('unauthorized').waitFor()
  await page.getByRole('button', { name: 'Give a token' }).click()
  await page.getByLabel('Token of the server').fill(token)
  await page.getByRole('button', { name: 'Connect' }).click()
  await page.getByText(`Connected: @neg/portraits on cpu at ${new URL(server.url).host}.`).waitFor()
  await page.getByRole('button', { name: 'Close' }).click()
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(token)
})

test('the picture is the server’s, with its strength, its words and its record', async () => {
  const { page } = studio
  await setSteps(page, 6)
  await addNegative(page, 'glasses')
  await draw(page)
  await drawn(page)
  const [job] = await jobs()
  const { recipe } = job.result!.record
  expect(recipe).toMatchObject({ steps: 6, negatives: [{ text: 'glasses' }] })
  const { image } = await generate(model, recipe as GenerateInput).result
  expect(await fingerprint(page)).toBe(fingerprintOf(image))

  const chart = page.getByRole('img', { name: /^Strength over the steps\. glasses: peaks at/ })
  expect((await chart.locator('polyline').getAttribute('points'))?.split(' ')).toHaveLength(6)
  await page.getByRole('button', { name: 'glasses', exact: true }).click()
  await page.locator('canvas.heat').waitFor()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download PNG' }).click(),
  ])
  expect(JSON.parse(readPngText(readFileSync(await file.path())).neg).recipe).toEqual(recipe)
})

test('comparing and every guidance work there', async () => {
  const { page } = studio
  await page.getByLabel('Guidance', { exact: true }).selectOption('perp-neg')
  await page.getByLabel(/^Compare on one seed/).check()
  await draw(page)
  await page.getByRole('button', { name: 'With, in its window', exact: true }).waitFor()
  await drawn(page)
  expect((await jobs()).slice(0, 3).map(({ status, result }) => [status, result?.record.recipe.guidance.name])).toEqual(
    Array(3).fill(['succeeded', 'perp-neg']),
  )
  await page.getByLabel(/^Compare on one seed/).uncheck()
})

test('a job that runs when the page is left comes back with it', async () => {
  const { page } = studio
  await page.getByLabel('Guidance', { exact: true }).selectOption('general')
  await setSteps(page, 60)
  await draw(page)
  await page.getByText(/step [1-9]\d* of 60/).waitFor()
  const [{ id }] = await jobs()
  await page.reload()
  await drawn(page)
  const [job] = await jobs()
  expect([job.id, job.status, job.result?.record.recipe.steps]).toEqual([id, 'succeeded', 60])
  await page.getByRole('button', { name: 'Look at it large' }).click()
  const steps = page.getByRole('dialog').getByRole('row', { name: 'Steps' }).getByRole('cell')
  expect(await steps.textContent()).toBe('60')
  await page.keyboard.press('Escape')
})

test('stopping cancels the job', async () => {
  const { page } = studio
  await drawAndStop(page)
  await expect.poll(async () => (await jobs())[0].status).toBe('canceled')
  await setSteps(page, 4)
})

test('what a run would be refused for is refused before a job is handed in', async () => {
  const { page } = studio
  const before = (await jobs()).length
  await page.getByLabel('Seed', { exact: true }).fill('nonsense')
  await draw(page)
  await page.getByRole('alert').waitFor()
  expect((await jobs()).length).toBe(before)
  await page.getByLabel('Seed', { exact: true }).fill('3')
})

test('the server is still there after a reload, and the history has its pictures', async () => {
  const { page } = studio
  await page.reload()
  await page.getByRole('button', { name: new RegExp(`portraits.*${new URL(server.url).host}`) }).waitFor()
  await setSteps(page, 4)
  await draw(page)
  await drawn(page)
  expect((await jobs())[0].status).toBe('succeeded')
  expect(await page.locator('.thumb').count()).toBeGreaterThan(4)
})

test('something is taken out of a photograph there: led back, its place found, the record complete', async () => {
  const { page } = studio
  const jpeg = await jpegOfShown(page, 128, 128)
  await page.getByLabel('Edit a photograph').setInputFiles({ name: 'p.jpg', mimeType: 'image/jpeg', buffer: jpeg })
  await page.getByRole('heading', { name: 'The photograph' }).waitFor()
  await setSteps(page, 8)
  await page.getByText(/^Passes: 6 lead back, \d+ find the place/).waitFor()
  await draw(page)
  await drawn(page)
  const { recipe } = (await jobs())[0].result!.record
  expect(recipe).toMatchObject({ negatives: [{ text: 'glasses' }], image: { inversion: { method: 'edit-friendly' } } })
  await page.getByLabel('Show where it may change').waitFor()
  expect(await page.locator('.frames figcaption').allTextContents()).toEqual(['The photograph', 'Edited'])
  await page.getByRole('button', { name: 'Slide over the photograph' }).click()
  await page.getByLabel('Between the two pictures').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Without a picture' }).click()
})

test('a scheduler that the server has by a plug-in is offered with its options, and drawn with', async () => {
  const { page } = studio
  await setSteps(page, 2)
  await page.getByLabel('Scheduler', { exact: true }).selectOption('Slow')
  await page.getByText('Scheduler options').click()
  await page.getByLabel('factor', { exact: true }).fill('3')
  await draw(page)
  await drawn(page)
  const { scheduler, steps } = (await jobs())[0].result!.record.recipe
  expect([scheduler.name, scheduler.config, steps]).toEqual(['SlowScheduler', { factor: 3 }, 6])
  // On the page's own model nobody has it: what the recipe says stays in sight.
  await page.getByRole('button', { name: /portraits/ }).click()
  await page.getByRole('radio', { name: /^portraits/ }).check()
  await page.keyboard.press('Escape')
  expect(await page.getByLabel('Scheduler', { exact: true }).inputValue()).toBe('SlowScheduler')
  await draw(page)
  await alert('scheduler-unknown').waitFor()
})

test('nothing but the refusals that were asked for was complained of', () => {
  const expected = /origin-forbidden|ERR_|Failed to load resource|CORS/
  expect(studio.complaints.filter((text) => !expected.test(text))).toEqual([])
})
