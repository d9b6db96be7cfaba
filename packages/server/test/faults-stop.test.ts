import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate, negServer } from '@neg/remote/jobs'
import { afterAll, expect, test } from 'vitest'
import { expectWhole, pirate } from './pirate'
import { end } from './workers'

const script = fileURLToPath(new URL('./toy-server.mjs', import.meta.url))
const children: ChildProcess[] = []
const folders: string[] = []

async function forkServer(options: Record<string, unknown>) {
  const child = fork(script, [JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  children.push(child)
  const [port] = (await once(child, 'message')) as [number]
  return {
    child,
    port,
    client: negServer({ url: `http://127.0.0.1:${port}`, firstPause: 100, longestPause: 500, retries: 200 }),
  }
}
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'neg-server-'))
  folders.push(made)
  return made
}
afterAll(async () => {
  for (const child of children) await end(child, 'SIGKILL')
  for (const path of folders) rmSync(path, { recursive: true, force: true })
})

test('a server that is told to stop ends its job, tells its reader, and takes no more', async () => {
  const { child, client, port } = await forkServer({ data: folder() })
  const drawing = generate(client, { ...pirate, steps: 200 })
  await expect.poll(async () => (await client.job(await drawing.id)).progress.call).toBeGreaterThan(0)
  const exit = end(child, 'SIGTERM')
  await expect.poll(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status, { interval: 10 }).toBe(503)
  const refused = await fetch(`http://127.0.0.1:${port}/v1/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(pirate),
  })
  expect(refused.status).toBe(503)
  expect((await refused.json()).error.code).toBe('server-stopping')
  let steps = 0
  let status: string | undefined
  for await (const event of drawing) if (event.type === 'step-end') steps++
  await drawing.result.then(
    ({ job }) => (status = job.status),
    (error) => (status = String(error)),
  )
  expect(steps).toBe(200)
  expect(status).toBe('succeeded')
  expect(await exit).toBe(0)
})

test('a server without time to end its jobs takes them up again when it is back, under the same ids', async () => {
  const data = folder()
  const first = await forkServer({ data, drain: 0, ms: 40 })
  const drawings = [generate(first.client, pirate), generate(first.client, pirate)]
  const whole = drawings.map((drawing) => expectWhole(drawing))
  const ids = await Promise.all(drawings.map(({ id }) => id))
  await expect.poll(async () => (await first.client.job(ids[0])).progress.call).toBeGreaterThan(1)
  expect(await end(first.child, 'SIGTERM')).toBe(0)
  const again = await forkServer({ data, port: first.port, ms: 5 })
  await Promise.all(whole)
  const jobs = await Promise.all(ids.map((id) => again.client.job(id)))
  expect(jobs.map(({ status, attempt }) => [status, attempt])).toEqual([
    ['succeeded', 2],
    ['succeeded', 1],
  ])
})
