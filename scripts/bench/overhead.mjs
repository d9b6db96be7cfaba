/**
 * A whole run against its network evaluations, by turns, so that both see the same machine: figures as JSON on standard
 * output. A process of its own, since where a session happens to lie in memory makes some per cent.
 *
 *   node scripts/bench/overhead.mjs '{ "recipe": …, "rounds": 10 }'
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { generate } from '@neg/core'
import { node } from '@neg/node'
import portraits from '@neg/portraits'
import { crossing } from './crossing.mjs'
import { networkTime } from './network-time.mjs'
import { asNeg, rawRun, rawSessions } from './raw.mjs'

const { recipe, rounds } = JSON.parse(process.argv[2])

async function timed(work) {
  const start = performance.now()
  const result = await work()
  return { ms: performance.now() - start, result }
}

const ort = fileURLToPath(new URL('./timed-ort.mjs', import.meta.url))
const { ms: created, result: model } = await timed(() => node({ model: portraits, device: 'cpu', ort }))
const network = networkTime()
const { record } = await generate(model, recipe).result
const { threads, rowsPerCall } = record.numerics
const work = { threads, prompts: 2, textCalls: 2, calls: record.evaluations.run / rowsPerCall, rows: rowsPerCall }
const { ms: rawCreated, result: sessions } = await timed(() => rawSessions(threads))
const byDefault = rawRun(sessions, work)
const raw = rawRun(await rawSessions(threads, asNeg), work)
await byDefault()
await raw()
// JavaScript is compiled while it runs: a first picture tells of that, not of what comes after it.
for (let i = 0; i < 5; i++) await generate(model, recipe).result
await network.ask()

const figures = { whole: [], inside: [], bare: [], plain: [], timings: [] }
const neg = async () => {
  const { ms, result } = await timed(() => generate(model, recipe).result)
  figures.whole.push(ms)
  figures.inside.push(await network.ask())
  figures.timings.push(result.timings)
}
const turns = [neg, async () => figures.bare.push(await raw()), async () => figures.plain.push(await byDefault())]
for (let round = 0; round < rounds; round++) {
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
network.close()
await model.dispose()
const crossed = (await crossing()) * work.calls
process.stdout.write(JSON.stringify({ ...figures, created, rawCreated, work, crossed, blocked: delay.max / 1e6 }))
