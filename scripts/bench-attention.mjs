/**
 * `npm run bench:attention`: what watching attention costs, all in one run, and the figures in docs/performance.md.
 *
 *   npm run bench:attention -- --rounds 100   more rounds (default 60)
 *   npm run bench:attention -- --dry          print only, leave the document alone
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { least, markdownTable, median, percent, time } from './bench/statistics.mjs'
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { root } from './lib/workspace.mjs'

const say = (line) => process.stderr.write(`${line}\n`)
await ensureInstalled(say)
await ensureBuilt(say, '@neg/node')
const { node } = await import('@neg/node')
const { default: portraits } = await import('@neg/portraits')

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '60' }, dry: { type: 'boolean' } } })
const rounds = Number(values.rounds)
const options = {}

/** Two rows, positive and negative, as every step of a run with one negative sends them. */
async function open(needs) {
  const model = await node({ model: portraits, device: 'cpu' })
  await model.prepare(new Set(needs), options)
  const { width, height } = model.info.size
  const prompts = [{ text: 'a professional office woman' }, { text: 'glasses' }]
  const conditionings = await model.encode(prompts, { width, height })
  const { channels, pixelsPer } = model.info.latent
  const shape = [channels, height / pixelsPer, width / pixelsPer]
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i * 12.9898) * 1.4)
  const rows = (capture) =>
    conditionings.map((conditioning) => ({
      picture: '0',
      input: { data, shape },
      t: 500,
      conditioning,
      ...(capture ? { capture: capture(conditioning) } : {}),
    }))
  const step = async (capture) => (await model.denoise({ rows: rows(capture) }, options)).ms
  return { step, dispose: () => model.dispose() }
}

say('Steps with attention watched and not …')
const plain = await open([])
const watched = await open(['attention.capture'])
const words = ({ words }) => words.map(({ tokens }) => tokens)
const ways = [
  ['not watched (plain graph)', () => plain.step()],
  ['watched by the run, not at this step', () => watched.step()],
  ['norms of the prompts’ words', () => watched.step((c) => ({ tokens: words(c), maps: false }))],
  ['norms and maps of the prompts’ words', () => watched.step((c) => ({ tokens: words(c), maps: true }))],
  ['norms and maps of all 77 tokens', () => watched.step(() => ({ tokens: 'all', maps: true }))],
]
const times = ways.map(() => [])
for (const [, step] of ways) await step()
for (let round = 0; round < rounds; round++) {
  // By turns, begun at another one each round, so that all see the same machine.
  for (let i = 0; i < ways.length; i++) {
    const at = (i + round) % ways.length
    // The other session's threads spin for a while after its step: nobody measures then.
    await new Promise((resolve) => setTimeout(resolve, 40))
    await ways[at][1]()
    times[at].push(await ways[at][1]())
  }
}
await plain.dispose()
await watched.dispose()

const [base] = times
const table = markdownTable(
  ['a step of two rows', 'least', 'median', 'over not watched (least)', 'over not watched (median)'],
  ways.map(([name], i) => [
    name,
    time(least(times[i])),
    time(median(times[i])),
    ...(i === 0 ? ['', ''] : [least, median].map((of) => percent(of(times[i]) / of(base) - 1))),
  ]),
)
const text = `${cpus().length} cores, Node ${process.versions.node}, ${rounds} rounds by turns, time inside the runtime:\n\n${table}`
say(text)
if (!values.dry) {
  const path = join(root, 'docs', 'performance.md')
  const document = readFileSync(path, 'utf8')
  const [open, close] = ['<!-- bench-attention:begin -->', '<!-- bench-attention:end -->']
  const [from, to] = [document.indexOf(open), document.indexOf(close)]
  if (from < 0 || to < from) throw new Error('docs/performance.md has no place for these figures')
  writeFileSync(path, `${document.slice(0, from + open.length)}\n${text}\n${document.slice(to)}`)
}
