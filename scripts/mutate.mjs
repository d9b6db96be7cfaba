/**
 * `npm run mutate -- core`: makes single changes to a package's sources, one at a time, and sees whether the unit tests
 * notice. A sample in an order that the seed decides; what was run is kept in `.cache/mutate`, so that a sample can be run in
 * slices, and the next call goes on. Writes a table of those that survived.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { mutantsOf, sampleOf } from './lib/mutate/mutants.mjs'
import { mutantRunner } from './lib/mutate/runner.mjs'
import { filesBelow, root } from './lib/workspace.mjs'

const help = `npm run mutate -- <package> [options]        core, onnx, remote or server

  --sample <n>      How many of its mutants (200)
  --seed <text>     Another sample (1)
  --file <part>     Only files whose path has this in it; then all their mutants unless --sample is given
  --minutes <n>     Stop after so long; call again to go on
  --again           Run the survivors of earlier calls once more, after tests were added
  --forget          Run all once more
  --memory <MiB>    That the tests of one mutant may take (2048); more counts as noticed
`
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    file: { type: 'string' },
    minutes: { type: 'string' },
    again: { type: 'boolean', default: false },
    forget: { type: 'boolean', default: false },
    memory: { type: 'string', default: '2048' },
    help: { type: 'boolean', default: false },
  },
})
const [name] = positionals
/** Whose unit tests are asked: those that run from the sources. */
const testedBy = { core: ['core', 'testing'], onnx: ['onnx'], remote: ['remote', 'server'], server: ['server'] }
const numbers = ['sample', 'minutes', 'memory'].map((option) => Number(values[option] ?? 1))
if (values.help || !Object.hasOwn(testedBy, name ?? '') || numbers.some((number) => !(number > 0))) {
  process.stdout.write(help)
  process.exit(values.help ? 0 : 2)
}
const say = (line) => process.stderr.write(`${line}\n`)

/** Not sources of their own, or (redis) only tested against a real one, as built, by `npm run test:servers`. */
const passedOver = /(\.test|\.test-helper)\.ts$|\/index\.ts$|\/version\.ts$|\/redis\//
const files = filesBelow(join(root, 'packages', name, 'src'))
  .map((file) => relative(root, file))
  .filter((file) => file.endsWith('.ts') && !passedOver.test(file) && file.includes(values.file ?? ''))
const sources = Object.fromEntries(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
const all = files.flatMap((file) => mutantsOf(file, sources[file]))
const count = Number(values.sample ?? (values.file === undefined ? 200 : Number.POSITIVE_INFINITY))
const sample = sampleOf(all, values.seed, count)

const kept = join(root, '.cache/mutate', `${name}.json`)
mkdirSync(dirname(kept), { recursive: true })
const read = () => {
  try {
    return JSON.parse(readFileSync(kept, 'utf8'))
  } catch {
    return {}
  }
}
const results = values.forget ? {} : read()
const survived = ({ key }) => results[key]?.noticed === false
const todo = sample.filter((one) => !results[one.key] || (values.again && survived(one)))
say(`${name}: ${all.length} mutants in ${files.length} files; ${sample.length} in the sample, ${todo.length} to run`)

if (todo.length > 0) await runAll()
report()

async function runAll() {
  const runner = mutantRunner(todo, sources, { memory: Number(values.memory) * 2 ** 20, packages: testedBy[name] })
  const whole = await runner.run('', undefined, 30 * 60_000)
  if (whole.stopped || whole.failed.length > 0 || whole.unhandled.length > 0) {
    runner.close()
    const { durations: _, ...why } = whole
    throw new Error(`Without a mutant the tests fail: ${JSON.stringify(why, undefined, 2)}`)
  }
  const reached = runner.reached()
  const took = new Map(whole.durations.map(({ file, ms }) => [file, ms]))
  say(`the tests without a mutant: ${whole.durations.length} files`)
  const end = Date.now() + Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000
  for (const [i, mutant] of todo.entries()) {
    if (Date.now() > end) break
    const result = await noticed(runner, mutant, reached, took)
    results[mutant.key] = result
    writeFileSync(kept, JSON.stringify(results))
    say(`${i + 1}/${todo.length} ${result.noticed ? '✓' : '✗'} ${line(mutant)}${result.by ? `   ${result.by}` : ''}`)
  }
  runner.close()
}

/** The nearest test files first, one at a time, until one notices. */
async function noticed(runner, mutant, reached, took) {
  const distance = (file) => {
    const path = relative(root, file)
    if (basename(path, '.test.ts') === basename(mutant.file, '.ts') && dirname(path) === dirname(mutant.file)) return 0
    return dirname(path) === dirname(mutant.file) ? 1 : path.startsWith(`packages/${name}/`) ? 2 : 3
  }
  const tests = [...reached]
    .filter(([, keys]) => keys.has(mutant.key))
    .map(([file]) => file)
    .sort((a, b) => distance(a) - distance(b) || took.get(a) - took.get(b))
  if (tests.length === 0) return { noticed: false, by: 'no test comes here' }
  for (const test of tests) {
    const answer = await runner.run(mutant.key, [test], 30_000 + 4 * took.get(test))
    if (answer.stopped) return { noticed: true, by: answer.stopped }
    const failed = answer.failed[0]
    if (failed) return { noticed: true, by: `${relative(root, failed.file)}: ${failed.tests[0] ?? ''}` }
    if (answer.unhandled.length > 0) return { noticed: true, by: `unhandled: ${answer.unhandled[0]}` }
  }
  return { noticed: false, by: `${tests.length} test files` }
}

function line({ file, line, operator, original, text }) {
  const short = (code) => {
    const one = code.replace(/\s+/g, ' ')
    return one.length > 160 ? `${one.slice(0, 157)}…` : one
  }
  return `${file}:${line} ${operator}: ${short(original)} → ${text === '' ? '(removed)' : short(text)}`
}

function report() {
  const run = sample.filter(({ key }) => results[key])
  const alive = run.filter(survived).sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line))
  const code = (text) => `\`${text.replace(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 160)}\``
  const rows = alive.map(
    ({ file, line, operator, original, text, key }) =>
      `| ${file}:${line} | ${operator} | ${code(original)} | ${text === '' ? '(removed)' : code(text)} | ${results[key].by} |`,
  )
  const share = run.length === 0 ? 0 : (100 * (run.length - alive.length)) / run.length
  const text = [
    `# Mutants of ${name}`,
    '',
    `Seed ${values.seed}: ${run.length} of ${all.length} were run, ${run.length - alive.length} noticed (${share.toFixed(1)} %).`,
    '',
    '| where | kind | code | became | ran |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
  const out = join(root, '.cache/mutate', `${name}.md`)
  writeFileSync(out, text)
  say(`${run.length} run, ${alive.length} survived (${share.toFixed(1)} % noticed): ${relative(root, out)}`)
}
