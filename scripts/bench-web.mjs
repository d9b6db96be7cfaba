/**
 * `npm run bench:web`: what @neg/web costs beside onnxruntime-web in Chromium, and the figures in docs/performance.md.
 *
 *   npm run bench:web -- --rounds 10   more rounds (default 5)
 *   npm run bench:web -- --dry         print only, leave the document alone
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { least, markdownTable, median, percent, time } from './bench/statistics.mjs'
import { ensureBuilt } from './lib/build.mjs'
import { chromium, isolation } from './lib/chromium.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { serveFolder } from './lib/static-server.mjs'
import { root } from './lib/workspace.mjs'

const say = (line) => process.stderr.write(`${line}\n`)
await ensureInstalled(say)
await ensureBuilt(say, '@neg/web')
const { chromium: engine } = await import('playwright')
const { librarySizes } = await import('./bench-web/sizes.mjs')

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, dry: { type: 'boolean' } } })
const rounds = Number(values.rounds)
const threads = Math.min(8, Math.ceil(cpus().length / 2))
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`
const kilobytes = (bytes) => `${(bytes / 1e3).toFixed(1)} kB`

/** Memory of the browser's pages and their workers. */
async function residentBytes(browser) {
  const devtools = await browser.newBrowserCDPSession()
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo')
  await devtools.detach()
  const pages = processInfo.filter(({ type }) => type === 'renderer')
  return pages.reduce((sum, { id }) => {
    const kilobytesUsed = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0
    return sum + 1024 * Number(kilobytesUsed)
  }, 0)
}

const server = await serveFolder(root, { headers: isolation })
const browser = await engine.launch({ ...chromium, args: [...chromium.args, '--js-flags=--expose-gc'] })
try {
  const page = await browser.newPage()
  page.on('pageerror', (error) => say(String(error)))
  await page.goto(`${server.url}scripts/bench-web/page.html`)
  await page.waitForFunction(() => globalThis.bench !== undefined)
  const bench = (name, argument) =>
    page.evaluate(([method, value]) => globalThis.bench[method](value), [name, argument])

  say('A picture against its session calls …')
  const { numerics } = await bench('open', threads)
  await bench('openRaw', threads)
  const { calls } = await bench('picture')
  await bench('raw', calls)
  const whole = []
  const inside = []
  const bare = []
  for (let round = 0; round < rounds; round++) {
    const turns = [
      async () => {
        const { ms, timings } = await bench('picture')
        whole.push(ms)
        inside.push(timings.loop / timings.network)
      },
      async () => bare.push(await bench('raw', calls)),
    ]
    for (const turn of round % 2 ? turns.reverse() : turns) await turn()
  }
  await bench('closeRaw')

  say('How long the page could not answer …')
  const drawing = await bench('block')
  const opening = await bench('blockOpening')

  say('Memory over twenty pictures …')
  await page.reload()
  await page.waitForFunction(() => globalThis.bench !== undefined)
  await bench('open', threads)
  const used = {}
  for (let picture = 1; picture <= 20; picture++) {
    await bench('picture')
    if (picture === 2 || picture === 20) {
      await bench('collect')
      used[picture] = await residentBytes(browser)
    }
  }
  await bench('close')

  say('Sizes …')
  const sizes = await librarySizes()
  const runtime = browser.version()
  const table = markdownTable(
    ['what', 'figure'],
    [
      [`a picture of 20 steps (${calls} network calls), median of ${rounds}`, time(median(whole))],
      ['its session calls made with onnxruntime-web alone, median', time(median(bare))],
      ['overhead, median against median', percent(median(whole) / median(bare) - 1)],
      ['overhead, least against least', percent(least(whole) / least(bare) - 1)],
      ['time of the loop outside the runtime, against the runtime’s', percent(median(inside))],
      ['the page’s longest task while it draws', drawing.longTasks ? time(drawing.longTask) : 'none of 50 ms or more'],
      [
        'the page’s longest task while a model opens',
        opening.longTasks ? time(opening.longTask) : 'none of 50 ms or more',
      ],
      ['memory of the page and its worker after 2 pictures', megabytes(used[2])],
      ['after 20 pictures', `${megabytes(used[20])} (${percent(used[20] / used[2] - 1)})`],
      ['page script, gzip (without zod)', `${kilobytes(sizes.page)} (${kilobytes(sizes.pageWithoutZod)})`],
      [
        'worker script, gzip, without onnxruntime (without zod)',
        `${kilobytes(sizes.worker)} (${kilobytes(sizes.workerWithoutZod)})`,
      ],
      ['of the worker later, where a model asks for it', kilobytes(sizes.workerLater)],
    ],
  )
  const text = `${numerics.backend} ${numerics.runtime}, Chromium ${runtime}, ${numerics.device} with ${numerics.threads} of ${cpus().length} cores.\n\n${table}`
  process.stdout.write(`${text}\n`)
  if (!values.dry) {
    const file = join(root, 'docs', 'performance.md')
    const document = readFileSync(file, 'utf8')
    const [before, after] = [document.split('<!-- bench-web:begin -->')[0], document.split('<!-- bench-web:end -->')[1]]
    writeFileSync(file, `${before}<!-- bench-web:begin -->\n\n${text}\n\n<!-- bench-web:end -->${after}`)
  }
} finally {
  await browser.close()
  await server.close()
}
