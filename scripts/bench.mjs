/**
 * `npm run bench`: what neg costs beside the networks, all in one run, and the figures in docs/performance.md.
 *
 *   npm run bench -- --rounds 20     more rounds (default 10)
 *   npm run bench -- --dry           print only, leave the document alone
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { least, markdownTable, median, percent, time } from './bench/statistics.mjs'
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { root } from './lib/workspace.mjs'

const say = (line) => process.stderr.write(`${line}\n`)
await ensureInstalled(say)
await ensureBuilt(say, '@neg/cli')
const { generate } = await import('@neg/core')
const { node } = await import('@neg/node')
const { default: portraits } = await import('@neg/portraits')
const { asNeg, rawRun, rawSessions } = await import('./bench/raw.mjs')
const { crossing } = await import('./bench/crossing.mjs')

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '10' }, dry: { type: 'boolean' } } })
const rounds = Number(values.rounds)
const recipe = { prompt: 'a professional office woman', negatives: ['glasses'], seed: 1, steps: 30 }
const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`

async function timed(work) {
  const start = performance.now()
  const result = await work()
  return { ms: performance.now() - start, result }
}

/** A whole run against its bare network evaluations, by turns, so that both see the same machine. */
async function overhead() {
  say('A run against its network evaluations …')
  const { ms: created, result: model } = await timed(() => node({ model: portraits, device: 'cpu' }))
  const { record } = await generate(model, recipe).result
  const { threads, rowsPerCall } = record.numerics
  const work = { threads, prompts: 2, textCalls: 2, calls: record.evaluations.run / rowsPerCall, rows: rowsPerCall }
  const { ms: rawCreated, result: sessions } = await timed(() => rawSessions(threads))
  const byDefault = rawRun(sessions, work)
  const raw = rawRun(await rawSessions(threads, asNeg), work)
  await byDefault()
  await raw()
  const whole = []
  const bare = []
  const plain = []
  const outside = []
  for (let round = 0; round < rounds; round++) {
    const neg = async () => {
      const { ms, result } = await timed(() => generate(model, recipe).result)
      whole.push(ms)
      outside.push(result.timings)
    }
    const ort = async () => bare.push(await raw())
    const ortByDefault = async () => plain.push(await byDefault())
    const turns = [neg, ort, ortByDefault]
    // Each after each other; threads of the one before have gone to sleep.
    for (let i = 0; i < turns.length; i++) {
      await setTimeout(150)
      await turns[(round + i) % turns.length]()
    }
  }
  // In a run of its own: the timer that watches the event loop changes how the system schedules everything else.
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await generate(model, recipe).result
  delay.disable()
  await model.dispose()
  const crossed = (await crossing()) * work.calls
  return { created, rawCreated, whole, bare, plain, outside, work, crossed, blocked: delay.max / 1e6 }
}

/** From the start of the command to the picture on disk, several times; phases by median. */
function commandLine() {
  say('The command, from start to picture …')
  const folder = mkdtempSync(join(tmpdir(), 'neg-bench-'))
  try {
    const runs = Array.from({ length: Math.max(5, Math.ceil(rounds / 2)) }, () => {
      const start = performance.now()
      const flags = [
        '--negative',
        'glasses',
        '--seed',
        '1',
        '--steps',
        '30',
        '--timings',
        '--out',
        join(folder, 'x.png'),
      ]
      const cli = join(root, 'packages/cli/dist/neg.js')
      const { stderr } = spawnSync(process.execPath, [cli, 'generate', recipe.prompt, ...flags], { encoding: 'utf8' })
      const total = performance.now() - start
      const phases = [...stderr.matchAll(/(\w+) ([\d.]+) ms[,\n]/g)].map(([, name, ms]) => [name, Number(ms)])
      return { total, phases: Object.fromEntries(phases) }
    })
    const names = Object.keys(runs[0].phases).filter((name) => name !== 'total')
    const phases = names.map((name) => [name, median(runs.map((run) => run.phases[name]))])
    return { total: median(runs.map(({ total }) => total)), phases }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Peak memory of a process of its own. */
function peak(script, input) {
  return Number(execFileSync(process.execPath, [join(root, 'scripts/bench', script), JSON.stringify(input)]))
}

/** Sections of the document: a heading, a table, a sentence. */
function report({ created, rawCreated, whole, bare, plain, outside, work, crossed, blocked }, cli, memory) {
  const over = (base) => [
    percent((least(whole) - least(base)) / least(whole)),
    percent(median(whole.map((ms, round) => (ms - base[round]) / ms))),
  ]
  const spent = (key) => median(outside.map((timings) => timings[key]))
  const evaluations = work.calls + work.textCalls + 1
  const run = markdownTable(
    ['30 steps, one negative, model loaded', 'least', 'median'],
    [
      [`the ${evaluations} network evaluations alone (\`session.run\`)`, time(least(bare)), time(median(bare))],
      ['`generate()`, all of it', time(least(whole)), time(median(whole))],
      ['**overhead**: what is not network time', ...over(bare)],
      [`of it ${work.calls} ways to the thread and back, with nothing on them`, '', percent(crossed / median(whole))],
      ['the evaluations alone, sessions with onnxruntime’s defaults', time(least(plain)), time(median(plain))],
      ['`generate()` against these', ...over(plain)],
    ],
  )
  const inside = markdownTable(
    ['phase of `generate()`', 'median'],
    [
      ['checks and graph (`prepare`)', time(spent('prepare'))],
      ['text (`encode`)', time(spent('encode'))],
      ['networks of the loop (`network`)', time(spent('network'))],
      ['guidance, scheduler, messages (`loop`)', time(spent('loop'))],
      ['decoding (`decode`)', time(spent('decode'))],
      ['longest time the caller’s event loop was blocked', time(blocked)],
    ],
  )
  const sessions = markdownTable(
    ['making sessions', 'once'],
    [
      ['three bare `InferenceSession.create`', time(rawCreated)],
      ['`node({ model })`: worker, files, digest, sessions', time(created)],
    ],
  )
  const command = markdownTable(
    ['`neg generate`, from start to picture on disk', 'median'],
    [
      ...cli.phases.map(([name, ms]) => [name, time(ms)]),
      ['**in all**, process start and end included', time(cli.total)],
    ],
  )
  const memoryTable = markdownTable(
    ['peak memory of a process', ''],
    [
      ['bare sessions, the same evaluations', mebibytes(memory.raw)],
      ['neg, one picture', mebibytes(memory.neg)],
    ],
  )
  const { model } = cpus()[0]
  const machine = `${cpus().length} cores (${model.trim()}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}, ${rounds} rounds.`
  return [`Measured by \`npm run bench\` on ${machine}`, run, inside, sessions, command, memoryTable].join('\n\n')
}

const measured = await overhead()
const cli = commandLine()
say('Memory …')
const memory = { raw: peak('memory-raw.mjs', measured.work), neg: peak('memory-neg.mjs', recipe) }
const text = report(measured, cli, memory)
process.stdout.write(`${text}\n`)
if (!values.dry) {
  const file = join(root, 'docs', 'performance.md')
  const [begin, end] = ['<!-- bench:begin -->', '<!-- bench:end -->']
  const before = readFileSync(file, 'utf8')
  writeFileSync(
    file,
    `${before.slice(0, before.indexOf(begin) + begin.length)}\n\n${text}\n\n${before.slice(before.indexOf(end))}`,
  )
  say(`Written into ${file}`)
}
