/**
 * `npm run bench:full -- FOLDER`: neg at real models' size beside bare sessions on the same files and diffusers on the same weights,
 * by turns. FOLDER is made by training/full-size/make.py (README there).
 *
 *   --torch FOLDER     the same weights for diffusers (default FOLDER-torch where it is)
 *   --python PATH      the Python that has diffusers (default python3)
 *   --steps N          steps of a picture (default 3)   --size N   its edge in pixels (default 512)
 *   --rounds N         turns (default 2)                --memory M also neg with memory M beside auto (default keep)
 *   --dtype NAME       what diffusers computes in: float32 (default) or float16
 *   --without NAMES    who is left out: bare, diffusers, neg-keep
 *   --write            put the table into docs/performance.md
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { markdownTable, median } from './bench/statistics.mjs'
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { replaceBlock } from './lib/replace-block.mjs'
import { root } from './lib/workspace.mjs'

const say = (line) => process.stderr.write(`${line}\n`)
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    torch: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    steps: { type: 'string', default: '3' },
    size: { type: 'string', default: '512' },
    rounds: { type: 'string', default: '2' },
    memory: { type: 'string', default: 'keep' },
    dtype: { type: 'string', default: 'float32' },
    without: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
})
if (positionals.length !== 1 || !(Number(values.steps) >= 2)) {
  say('Name one folder that training/full-size/make.py made, and two steps or more: npm run bench:full -- FOLDER')
  process.exit(2)
}
await ensureInstalled(say)
await ensureBuilt(say, '@neg/cli')

const folder = resolve(positionals[0])
const torch = resolve(values.torch ?? `${folder}-torch`)
const [steps, size, rounds] = [Number(values.steps), Number(values.size), Number(values.rounds)]
const threads = cpus().length
const without = values.without.split(',')
const task = { folder, steps, size, threads, guidance: 'negative-prompt' }

function measured(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1))
  say(`${basename(command)} ${args[0]} ended with ${status}: ${stderr.trim().split('\n').at(-1)}`)
  return undefined
}
const script = (name, input) => measured(process.execPath, [join(root, 'scripts/bench', name), JSON.stringify(input)])
const contestants = {
  neg: () => script('full-neg.mjs', { ...task, memory: 'auto' }),
  [`neg-${values.memory}`]: () => script('full-neg.mjs', { ...task, memory: values.memory }),
  bare: () => script('full-bare.mjs', task),
  ...(existsSync(torch)
    ? {
        diffusers: () =>
          measured(values.python, [
            join(root, 'training/full-size/draw.py'),
            torch,
            `${steps}`,
            `${size}`,
            ...['--dtype', values.dtype],
          ]),
      }
    : {}),
}

const results = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]))
for (let round = 0; round < rounds; round++) {
  for (const [name, run] of Object.entries(contestants)) {
    if (without.includes(name)) continue
    const one = run()
    if (!one) continue
    results[name].push(one)
    const { steps: each, total, peak } = one
    say(
      `${name}: steps ${each.map((s) => s.toFixed(1)).join(', ')} s, in all ${total.toFixed(1)} s, ${peak.toFixed(0)} MiB (load ${loadavg()[0].toFixed(1)})`,
    )
  }
}

const seconds = (s) => `${s.toFixed(1)} s`
/** The least is what the machine can; others' work on it only adds. Of the steps the first warms up. */
const least = (all, of) => Math.min(...all.map(of))
const stepOf = ({ steps: each }) => Math.min(...each.slice(1))
/** On a machine that others use, too, what a step costs shows better in processor time than in time. */
const processorOf = ({ processor }) => Math.min(...processor)
const rows = Object.entries(results).flatMap(([name, all]) => {
  if (all.length === 0) return []
  const ratio = (of) => (results.neg.length > 0 ? ` (${(least(all, of) / least(results.neg, of)).toFixed(2)})` : '')
  return [
    [
      name === 'bare'
        ? 'bare sessions, ONNX Runtime’s defaults'
        : name === 'neg'
          ? 'neg'
          : name.replace('-', ', memory: '),
      `${seconds(least(all, stepOf))}${ratio(stepOf)}`,
      `${seconds(least(all, processorOf))}${ratio(processorOf)}`,
      `${seconds(least(all, ({ total }) => total))}${ratio(({ total }) => total)}`,
      seconds(least(all, ({ open }) => open)),
      `${(median(all.map(({ peak }) => peak)) / 1024).toFixed(2)} GiB${ratio(({ peak }) => peak)}`,
    ],
  ]
})
const title = `\`${basename(folder)}\`, ${size} × ${size}, ${steps} steps, one negative (\`negative-prompt\`), ${threads} cores (${cpus()[0].model.trim()}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}, ${rounds} rounds by turns; in parentheses against neg:`
const table = markdownTable(
  [
    '',
    'a step, least',
    'its processor time',
    'whole picture, process start included, least',
    'opening, least',
    'peak memory',
  ],
  rows,
)
process.stdout.write(`${title}\n\n${table}\n`)
if (values.write) {
  const path = join(root, 'docs/performance.md')
  const name = `bench-full-${basename(folder)}-${size}`
  writeFileSync(path, replaceBlock(readFileSync(path, 'utf8'), name, `${title}\n\n${table}`))
}
