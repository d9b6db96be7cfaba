/**
 * `npm run fuzz`: model folders, PNGs, recipes and tensors, each broken at random, against the built packages. Whatever happens must
 * be a result that is finite, or an error with a code other than `internal`; nothing may hang or end the process.
 *
 *   npm run fuzz                                          500 of each
 *   npm run fuzz -- --seed 7 --count 50 --only pngs       other ones, fewer, one kind
 *   npm run fuzz -- --only tensors --from 123 --count 1   one case again
 *
 * A case follows from its kind, the seed and its number alone. Exit code 1 if any failed.
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const kinds = ['folders', 'pngs', 'recipes', 'tensors']
/** Milliseconds that one case may take; the slowest take some seconds on a busy machine. */
const patience = 60_000

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '500' },
    from: { type: 'string', default: '0' },
    only: { type: 'string', default: kinds.join(',') },
  },
})
const [seed, count, from] = [values.seed, values.count, values.from].map(Number)
const chosen = values.only.split(',')
const say = (line) => process.stdout.write(`${line}\n`)
if (![seed, count, from].every(Number.isSafeInteger) || chosen.some((kind) => !kinds.includes(kind))) {
  say(`--seed, --count and --from are whole numbers; --only names some of ${kinds.join(', ')}.`)
  process.exit(2)
}

/** Runs cases in a process of their own, from one on, until all are done or one ends or holds up the process. */
function runFrom(kind, first, told) {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(new URL('./fuzz/child.mjs', import.meta.url)), [kind, seed, first, from + count], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let [at, words, timer] = [first, '']
    const watch = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        words = `it hung for ${patience / 1000} s`
        child.kill('SIGKILL')
      }, patience)
    }
    watch()
    child.stderr.on('data', (text) => (words = `${words}${text}`.slice(-2000)))
    child.on('message', ({ number, code, failure }) => {
      at = number + 1
      told({ number, code, failure })
      watch()
    })
    child.on('exit', (code, signal) => {
      clearTimeout(timer)
      if (at < from + count) told({ number: at, failure: `the process ended (${signal ?? code}): ${words.trim()}` })
      resolve(at + 1)
    })
  })
}

let failed = 0
async function runKind(kind) {
  const start = performance.now()
  const outcomes = new Map()
  const told = ({ number, code, failure }) => {
    const outcome = failure === undefined ? code : 'FAILED'
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    if (failure === undefined) return
    failed++
    say(`✗ ${kind} ${number} (npm run fuzz -- --seed ${seed} --only ${kind} --from ${number} --count 1)\n  ${failure}`)
  }
  for (let next = from; next < from + count; ) next = await runFrom(kind, next, told)
  const counted = [...outcomes].sort(([, a], [, b]) => b - a).map(([outcome, times]) => `${outcome} ${times}`)
  say(`${kind}: ${counted.join(', ')} (${((performance.now() - start) / 1000).toFixed(0)} s)`)
}
// Side by side: each is a process that mostly uses one core.
await Promise.all(chosen.map(runKind))
say(failed === 0 ? 'Nothing failed.' : `${failed} failed.`)
process.exitCode = failed === 0 ? 0 : 1
