/** One server, two workers, one Redis; a worker is killed and nothing is lost. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writePng } from '@neg/node'
import { generate, negServer } from '@neg/remote/jobs'

const neg = fileURLToPath(new URL('neg.js', import.meta.resolve('@neg/cli')))
const folder = mkdtempSync(join(tmpdir(), 'neg-redis-workers-'))
const children = []

/** Starts a program and resolves with the first line that it says. */
async function start(command, ...args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  child.once('error', (error) => {
    process.stderr.write(`${command} can't be started: ${error.message}\n`)
    process.exit(1)
  })
  const [line] = await once(child.stdout, 'data')
  return { child, line: String(line) }
}

async function startRedis() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  await start('redis-server', '--port', String(port), '--dir', folder, '--appendonly', 'yes')
  return `redis://127.0.0.1:${port}`
}

try {
  const redis = process.env.REDIS_URL ?? (await startRedis())
  const serving = await start(
    process.execPath,
    neg,
    'serve',
    '--redis',
    redis,
    '--port',
    '0',
    '--no-tensors',
    '--quiet',
  )
  const worker = () => start(process.execPath, neg, 'worker', '--redis', redis, '--lock', '2')
  const [first] = await Promise.all([worker(), worker()])

  const server = negServer({ url: /http:\S+/.exec(serving.line)[0] })
  const draw = async (seed) => {
    const run = generate(server, { prompt: 'a professional office woman', negatives: ['glasses'], seed, steps: 20 })
    for await (const event of run) {
      if (event.type === 'status') process.stdout.write(`picture ${seed}: ${event.status}, attempt ${event.attempt}\n`)
      // In the middle of the first picture, the worker that was started first is killed.
      if (event.type === 'step-end' && event.step === 3 && seed === 1) first.child.kill('SIGKILL')
    }
    const { image, job } = await run.result
    writeFileSync(`office-${seed}.png`, await writePng(image))
    process.stdout.write(`picture ${seed}: office-${seed}.png, ${job.attempt === 1 ? 'at once' : 'begun twice'}\n`)
  }
  await Promise.all([1, 2, 3, 4].map(draw))
} finally {
  for (const child of children) child.kill('SIGTERM')
  await Promise.all(children.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')))
  rmSync(folder, { recursive: true, force: true })
}
