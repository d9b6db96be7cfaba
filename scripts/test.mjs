/**
 * `npm test`: installs, builds, fetches what the tests need, and runs everything.
 *
 *   npm test                           all stages
 *   npm test -- --only unit            one stage, or several: --only lint,unit
 *   npm test -- --only unit FILTER     only test files whose path holds FILTER
 *
 * The last line is the total: a test runner's tests each count, any other stage counts as one. Exit code 1 if any failed.
 */
import { parseArgs } from 'node:util'
import { ensureBuilt } from './lib/build.mjs'
import { ensurePrograms } from './lib/debian.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { stages } from './lib/stages.mjs'

const say = (line) => process.stdout.write(`${line}\n`)

const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true })
const only = values.only?.split(',')
const unknown = only?.find((name) => !stages.some((stage) => stage.name === name))
if (unknown !== undefined) {
  say(`There is no stage “${unknown}”. Stages: ${stages.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

/** @type {{ name: string, passed: number, failed: number, seconds: number }[]} */
const results = []
const timed = async (name, work) => {
  const start = performance.now()
  const { passed, failed } = await work()
  results.push({ name, passed, failed, seconds: (performance.now() - start) / 1000 })
}
const all = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1 })

await timed('set-up', async () => {
  try {
    await ensureInstalled(say)
    await ensureBuilt(say)
    return all(true)
  } catch (error) {
    say(error.message)
    return all(false)
  }
})

if (results[0].failed === 0) {
  // Without them only the tests that need them fail: what to install has been said.
  await timed('programs', async () => all(await ensurePrograms(say)))
  for (const stage of stages.filter(({ name }) => !only || only.includes(name))) {
    say(`\n── ${stage.name}: ${stage.what}`)
    await timed(stage.name, () => stage.run(positionals))
  }
}

say('')
for (const { name, passed, failed, seconds } of results) {
  say(`${failed ? '✗' : '✓'} ${name.padEnd(10)} ${passed} passed, ${failed} failed  (${seconds.toFixed(1)} s)`)
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0)
say(`\n${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = sum('failed') > 0 ? 1 : 0
