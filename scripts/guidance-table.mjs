/**
 * `npm run table:guidance`: real runs of every guidance on the embedded model, judged by its image classifier. Writes the table
 * of docs/guidance.md, its plot and its figures (docs/guidance/).
 *
 *   npm run table:guidance                     50 seeds × 10 pairs of prompt and negative; about an hour on two cores
 *   npm run table:guidance -- --seeds 2        fewer
 *   npm run table:guidance -- --only 'perp-neg;negative-prompt' --draft   these and the baseline, only printed
 *   npm run table:guidance -- --further --draft --only local               on ten further pairs
 *
 * Resumable: what was drawn stays in node_modules/.cache/neg/guidance-table.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measure } from './guidance-table/measure.mjs'
import { common, methods } from './guidance-table/methods.mjs'
import { naturalsOf } from './guidance-table/naturals.mjs'
import { pairs as firstPairs, furtherPairs } from './guidance-table/pairs.mjs'
import { writeReport } from './guidance-table/report.mjs'
import { summarize } from './guidance-table/summary.mjs'
import { measureTimes } from './guidance-table/times.mjs'
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { root } from './lib/workspace.mjs'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '50' },
    only: { type: 'string' },
    draft: { type: 'boolean', default: false },
    further: { type: 'boolean', default: false },
  },
})
const say = (line) => process.stderr.write(`${line}\n`)
await ensureInstalled(say)
await ensureBuilt(say)

const { generate } = await import('@neg/core')
const { node } = await import('@neg/node')
const { default: portraits } = await import('@neg/portraits')
const pairs = values.further ? furtherPairs : firstPairs
const seeds = Number(values.seeds)
const open = (threads) => node({ model: portraits, device: 'cpu', ...(threads ? { threads } : {}) })
const results = await using([open(1), open(1)], (models) =>
  measure({
    generate,
    models,
    pairs,
    methods,
    common,
    seeds,
    cache: join(root, 'node_modules', '.cache', 'neg', 'guidance-table'),
    only: values.only?.split(';'),
    say,
  }),
)
const timed = methods.filter(({ name }) => name in results || name === 'negative-prompt')
const { info, times } = await using([open()], async ([model]) => ({
  info: model.info,
  times: await measureTimes({ generate, model, pair: pairs[0], methods: timed, common, rounds: 9, say }),
}))
const summary = summarize(results, methods, naturalsOf(root)).map((row) => ({ ...row, time: times.get(row.name) }))
if (values.draft) process.stdout.write(`${JSON.stringify(summary, null, 1)}\n`)
else await writeReport({ root, summary, seeds, pairs, common, info })

async function using(opening, work) {
  const models = await Promise.all(opening)
  try {
    return await work(models)
  } finally {
    await Promise.all(models.map((model) => model.dispose()))
  }
}
