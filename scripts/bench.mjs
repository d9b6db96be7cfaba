/**
 * `npm run bench`: what neg costs beside the networks, all in one run, and the figures in docs/performance.md.
 *
 *   npm run bench -- --rounds 80     more rounds (default 40)
 *   npm run bench -- --dry           print only, leave the document alone
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { least, markdownTable, median, percent, time } from './bench/statistics.mjs'
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { root } from './lib/workspace.mjs'

const say = (line) => process.stderr.write(`${line}\n`)
await ensureInstalled(say)
await ensureBuilt(say, '@neg/cli')

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '40' }, dry: { type: 'boolean' } } })
const rounds = Number(values.rounds)
/** Guidance is named: the embedded model recommends another (`local`), and figures are to be of one that all models have. */
const guidance = 'negative-prompt'
const recipe = { prompt: 'a professional office woman', negatives: ['glasses'], guidance, seed: 1, steps: 30 }
const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`

const inProcess = (script, input) =>
  JSON.parse(
    execFileSync(process.execPath, [join(root, 'scripts/bench', script), JSON.stringify(input)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  )

/** Processes that measure the overhead one after another. */
const processes = 4

/** A whole run against its network evaluations. */
function overhead() {
  say('Runs against their network evaluations …')
  const each = Array.from({ length: processes }, () =>
    inProcess('overhead.mjs', { recipe, rounds: Math.ceil(rounds / processes) }),
  )
  const all = (key) => each.flatMap((one) => one[key])
  return {
    whole: all('whole'),
    inside: all('inside'),
    bare: all('bare'),
    plain: all('plain'),
    timings: all('timings'),
    created: median(all('created')),
    rawCreated: median(all('rawCreated')),
    crossed: median(all('crossed')),
    blocked: Math.max(...all('blocked')),
    work: each[0].work,
  }
}

/** From the start of the command to the picture on disk, several times; phases by median. */
function commandLine() {
  say('The command, from start to picture …')
  const folder = mkdtempSync(join(tmpdir(), 'neg-bench-'))
  try {
    const runs = Array.from({ length: Math.max(5, Math.ceil(rounds / 4)) }, () => {
      const start = performance.now()
      const flags = [
        '--negative',
        'glasses',
        '--guidance',
        guidance,
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

/** What of the phases comes before the first network call of the loop. */
const untilFirstStep = (phases) =>
  phases
    .filter(([name]) => ['modules', 'sessions', 'prepare', 'text'].includes(name))
    .reduce((sum, [, ms]) => sum + ms, 0)

/** Sections of the document: a heading, a table, a sentence. */
function report({ created, rawCreated, whole, inside, bare, plain, timings, work, crossed, blocked }, cli, memory) {
  const against = (base) => [
    percent((least(whole) - least(base)) / least(whole)),
    percent(median(whole.map((ms, round) => (ms - base[round]) / ms))),
  ]
  const outside = whole.map((ms, round) => ms - inside[round])
  const spent = (key) => median(timings.map((timing) => timing[key]))
  const evaluations = work.calls + work.textCalls + 1
  const run = markdownTable(
    [`30 steps, one negative (\`${guidance}\`), model loaded`, 'least', 'median'],
    [
      ['`generate()`, all of it', time(least(whole)), time(median(whole))],
      [`of it in \`session.run\`, ${evaluations} calls`, time(least(inside)), time(median(inside))],
      ['**overhead**: what is not network time', time(least(outside)), time(median(outside))],
      [
        'its share',
        percent(least(outside.map((ms, round) => ms / whole[round]))),
        percent(median(outside.map((ms, round) => ms / whole[round]))),
      ],
      [`the same ${evaluations} evaluations by bare sessions, opened as neg’s`, time(least(bare)), time(median(bare))],
      ['`generate()` against these', ...against(bare)],
      ['the same by bare sessions, onnxruntime’s defaults', time(least(plain)), time(median(plain))],
      ['`generate()` against these', ...against(plain)],
      [`${work.calls} ways to a thread and back, which a run is spared`, '', time(crossed)],
    ],
  )
  const phases = markdownTable(
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
      ['until the first step: modules, sessions, prepare, text', time(untilFirstStep(cli.phases))],
      ['**in all**, process start and end included', time(cli.total)],
    ],
  )
  const memoryTable = markdownTable(
    ['peak memory of a process', ''],
    [
      ['bare sessions, the same evaluations', mebibytes(memory.raw)],
      ['neg, one picture', `${mebibytes(memory.neg)}, ${(memory.neg / memory.raw).toFixed(2)} ×`],
    ],
  )
  const { model } = cpus()[0]
  const machine = `${cpus().length} cores (${model.trim()}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}, ${whole.length} rounds in ${processes} processes.`
  return [`Measured by \`npm run bench\` on ${machine}`, run, phases, sessions, command, memoryTable].join('\n\n')
}

const measured = overhead()
const cli = commandLine()
say('Memory …')
const memory = { raw: inProcess('memory-raw.mjs', measured.work), neg: inProcess('memory-neg.mjs', recipe) }
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
