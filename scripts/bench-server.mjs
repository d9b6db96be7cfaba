/**
 * `npm run bench:server`: what a server adds to a picture, how many it draws for many who wait, how workers add up, and
 * the bytes of a run whose networks are elsewhere. Writes the figures into docs/performance.md.
 *
 *   npm run bench:server -- --rounds 20    more rounds (default 12)
 *   npm run bench:server -- --dry          print only
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { least, markdownTable, median, time } from './bench/statistics.mjs'
import { startRedis } from './bench-server/redis.mjs'
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { root } from './lib/workspace.mjs'

const say = (line) => process.stderr.write(`${line}\n`)
await ensureInstalled(say)
await ensureBuilt(say, '@neg/cli')
const { generate } = await import('@neg/core')
const { node, nodeSessions } = await import('@neg/node')
const { inferenceRoutes, startServer } = await import('@neg/server')
const { redisBlobs, redisQueue } = await import('@neg/server/redis')
const { generate: generateThere, negServer } = await import('@neg/remote/jobs')
const { remote } = await import('@neg/remote')

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '12' }, dry: { type: 'boolean' } } })
const rounds = Number(values.rounds)
const recipe = {
  prompt: 'a professional office woman',
  negatives: ['glasses'],
  guidance: 'negative-prompt',
  seed: 1,
  steps: 20,
}
const short = { ...recipe, steps: 4 }

const timed = async (work) => {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** A job and the same picture without a server, by turns. */
async function overhead(model) {
  say('A job over a picture drawn here …')
  const server = await startServer({ models: model })
  const client = negServer({ url: server.url })
  const here = []
  const there = []
  for (let round = -1; round < rounds; round++) {
    const local = await timed(() => generate(model, short).result)
    const job = await timed(() => generateThere(client, short).result)
    if (round < 0) continue
    here.push(local)
    there.push(job)
  }
  await server.close({ drain: 0 })
  const added = there.map((ms, i) => ms - here[i])
  return { here: median(here), there: median(there), added: median(added), least: least(added) }
}

/** Jobs a second with so many clients, each of which waits for its picture before it asks for the next. */
async function throughput(client, clients, jobs) {
  let left = jobs
  const one = async () => {
    while (left-- > 0) await generateThere(client, short).result
  }
  return (1000 * jobs) / (await timed(() => Promise.all(Array.from({ length: clients }, one))))
}

async function waiting(model) {
  say('Many who wait …')
  const server = await startServer({ models: model })
  const client = negServer({ url: server.url })
  const rows = []
  for (const clients of [1, 8, 64]) rows.push([clients, await throughput(client, clients, Math.max(24, clients))])
  await server.close({ drain: 0 })
  return rows
}

/** Jobs a second with one worker of one thread, and with two. */
async function workers(model) {
  say('Workers on Redis …')
  const redis = await startRedis()
  if (!redis) return undefined
  const blobs = redisBlobs({ url: redis.url })
  const server = await startServer({ models: model, queue: redisQueue({ url: redis.url }), blobs })
  const client = negServer({ url: server.url })
  const children = []
  const rates = []
  try {
    for (const count of [1, 2]) {
      const child = fork(join(root, 'scripts', 'bench-server', 'worker.mjs'), [redis.url])
      children.push(child)
      await once(child, 'message')
      await throughput(client, count, count)
      rates.push(await throughput(client, 4, 24))
    }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await server.close({ drain: 0 })
    blobs.close()
    redis.end()
  }
  return rates
}

/** Bytes of a run whose UNet is on the server, with conditioning sent once and with every step. */
async function bytes(model) {
  say('Bytes of a run …')
  const sessions = await nodeSessions({ device: 'cpu' })
  const routes = [inferenceRoutes({ models: { [model.info.id]: sessions } })]
  const server = await startServer({ models: model, routes })
  /** A server that says nothing of digests is sent everything. */
  const forgetful = async (url, init) => {
    const response = await fetch(url, init)
    if (init?.method === 'POST' || !String(url).includes('/v2/models/')) return response
    const { inputs, ...rest } = await response.json()
    return Response.json({ ...rest, inputs: inputs.filter(({ name }) => name !== 'cond_digest') })
  }
  const run = async (options) => {
    const there = await remote({ url: server.url, transport: 'http-binary', ...options })
    await generate(there, recipe).result
    const { unet } = there.traffic()
    await there.dispose()
    return unet
  }
  const [once, always] = [await run({}), await run({ fetch: forgetful })]
  await server.close({ drain: 0 })
  await sessions.dispose()
  return { once, always }
}

const kib = (count) => `${(count / 1024).toFixed(0)} KiB`
const perSecond = (rate) => `${rate.toFixed(2)} /s`

const model = await node({ device: 'cpu' })
const job = await overhead(model)
const crowd = await waiting(model)
const scale = await workers(model)
const wire = await bytes(model)
await model.dispose()

const text = [
  `${cpus()[0].model.trim()}, ${cpus().length} cores, Node ${process.versions.node}; the embedded model on the CPU.`,
  '',
  `A picture of 4 steps with one negative, drawn here and as a job by turns (${rounds} rounds): the job hands in the recipe,`,
  'follows its events, and fetches picture and latents.',
  '',
  markdownTable(
    ['drawn here', 'as a job', 'added, median', 'added, least'],
    [[time(job.here), time(job.there), time(job.added), time(job.least)]],
  ),
  '',
  'Jobs a second, each client waiting for its picture before it asks for the next:',
  '',
  markdownTable(
    ['clients', 'jobs'],
    crowd.map(([clients, rate]) => [clients, perSecond(rate)]),
  ),
  '',
  ...(scale
    ? [
        'Workers on Redis, one thread each, four clients:',
        '',
        markdownTable(
          ['1 worker', '2 workers', 'gain'],
          [[perSecond(scale[0]), perSecond(scale[1]), `${(scale[1] / scale[0]).toFixed(2)} ×`]],
        ),
        '',
      ]
    : []),
  'Bytes of a run of 20 steps whose UNet is on the server (Open Inference Protocol, binary HTTP):',
  '',
  markdownTable(
    ['conditioning', 'sent', 'received'],
    [
      ['with every step', kib(wire.always.sent), kib(wire.always.received)],
      ['once, then by digest', kib(wire.once.sent), kib(wire.once.received)],
    ],
  ),
].join('\n')
process.stdout.write(`${text}\n`)

if (!values.dry) {
  const file = join(root, 'docs', 'performance.md')
  const [begin, end] = ['<!-- bench-server:begin -->', '<!-- bench-server:end -->']
  const document = readFileSync(file, 'utf8')
  const [before, after] = [document.split(begin)[0], document.split(end)[1]]
  writeFileSync(file, `${before}${begin}\n${text}\n${end}${after}`)
}
