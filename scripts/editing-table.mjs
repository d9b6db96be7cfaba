/**
 * `npm run table:editing`: edits of painted portraits that the embedded model never saw, of which the true picture without the
 * attribute is known. Writes the table of docs/editing.md.
 *
 *   npm run table:editing                         100 renders; about half an hour for 10 on two cores
 *   npm run table:editing -- --renders 20         fewer
 *   npm run table:editing -- --only 'edit-friendly · local;DDIM · nag' --draft    these, only printed
 *   npm run table:editing -- --pictures FOLDER    also photograph, result and truth of each side by side
 *
 * Needs Python with numpy and Pillow (`--python`, default python3), which paints the portraits. Resumable: what was judged stays in
 * node_modules/.cache/neg/editing-table.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measure, rendersOf } from './editing-table/measure.mjs'
import { common, methods } from './editing-table/methods.mjs'
import { report } from './editing-table/report.mjs'
import { summarize } from './editing-table/summary.mjs'
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { replaceBlock } from './lib/replace-block.mjs'
import { root } from './lib/workspace.mjs'

const { values } = parseArgs({
  options: {
    renders: { type: 'string', default: '100' },
    only: { type: 'string' },
    draft: { type: 'boolean', default: false },
    python: { type: 'string', default: 'python3' },
    pictures: { type: 'string' },
  },
})
const say = (line) => process.stderr.write(`${line}\n`)
await ensureInstalled(say)
await ensureBuilt(say, '@neg/node')

const { edit } = await import('@neg/core')
const { node, writePng } = await import('@neg/node')
const { default: portraits } = await import('@neg/portraits')
const count = Number(values.renders)
const cache = join(root, 'node_modules', '.cache', 'neg', 'editing-table')
mkdirSync(cache, { recursive: true })
const painted = join(cache, 'renders.json')
if (!existsSync(painted) || JSON.parse(readFileSync(painted, 'utf8')).length < count) {
  execFileSync(values.python, [
    join(root, 'training', 'portraits', 'record_edits.py'),
    cache,
    String(Math.max(count, 200)),
  ])
}

const only = values.only?.split(';')
const models = await Promise.all([1, 2].map(() => node({ model: portraits, device: 'cpu', threads: 1 })))
try {
  const results = await measure({
    edit,
    models,
    renders: rendersOf(cache, count),
    methods: methods.filter(({ name }) => !only || only.some((part) => name.startsWith(part) || name.endsWith(part))),
    common,
    cache,
    say,
    ...(values.pictures ? { keep: keepIn(values.pictures) } : {}),
  })
  const table = report(summarize(results))
  if (values.draft) process.stdout.write(`${table}\n`)
  else {
    const path = join(root, 'docs', 'editing.md')
    writeFileSync(path, replaceBlock(readFileSync(path, 'utf8'), 'table', table))
  }
} finally {
  await Promise.all(models.map((model) => model.dispose()))
}

/** Photograph, result and truth side by side, a file each. */
function keepIn(folder) {
  mkdirSync(folder, { recursive: true })
  return async (name, { attribute, seed, photo, truth, image }) => {
    const [width, height] = [3 * photo.width, photo.height]
    const data = new Uint8ClampedArray(4 * width * height)
    for (const [i, one] of [photo, image, truth].entries()) {
      for (let y = 0; y < height; y++) {
        const line = one.data.subarray(4 * y * photo.width, 4 * (y + 1) * photo.width)
        data.set(line, 4 * (y * width + i * photo.width))
      }
    }
    const file = `${attribute}-${seed}-${name}.png`.replace(/[^\w.-]+/g, '_')
    writeFileSync(join(folder, file), await writePng({ width, height, data }))
  }
}
