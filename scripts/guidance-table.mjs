/**
 * `npm run table:guidance`: real runs of every guidance on the embedded model, judged by its image classifier. Writes the table
 * of docs/guidance.md, its plot and its figures (docs/guidance/).
 *
 *   npm run table:guidance                     50 seeds × 10 pairs of prompt and negative; about an hour on two cores
 *   npm run table:guidance -- --seeds 2        fewer
 *   npm run table:guidance -- --only perp-neg  one method (and what it is compared with)
 *
 * Resumable: what was drawn stays in node_modules/.cache/neg/guidance-table.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measure } from './guidance-table/measure.mjs'
import { common, methods, pairs } from './guidance-table/methods.mjs'
import { writeReport } from './guidance-table/report.mjs'
import { summarize } from './guidance-table/summary.mjs'
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { root } from './lib/workspace.mjs'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '50' },
    only: { type: 'string' },
    draft: { type: 'boolean', default: false },
  },
})
const say = (line) => process.stderr.write(`${line}\n`)
await ensureInstalled(say)
await ensureBuilt(say)

const { generate } = await import('@neg/core')
const { node } = await import('@neg/node')
const { default: portraits } = await import('@neg/portraits')
const seeds = Number(values.seeds)
const models = await Promise.all([1, 2].map(() => node({ model: portraits, device: 'cpu', threads: 1 })))
try {
  const results = await measure({
    generate,
    models,
    pairs,
    methods,
    common,
    seeds,
    cache: join(root, 'node_modules', '.cache', 'neg', 'guidance-table'),
    only: values.only?.split(';'),
    say,
  })
  const summary = summarize(results, methods)
  if (values.draft) process.stdout.write(`${JSON.stringify(summary, null, 1)}\n`)
  else writeReport({ root, summary, seeds, pairs, common, info: models[0].info })
} finally {
  await Promise.all(models.map((model) => model.dispose()))
}
