import { generate, negServer } from '@neg/remote/jobs'
import { startServer } from '@neg/server'
import { expect, test } from 'vitest'
import { expectWhole, pirate } from './pirate'
import { toyModel } from './toy-model.mjs'

test('a full queue says so and when to try again; a client that waits gets its turn', async () => {
  const server = await startServer({ models: toyModel({ ms: 60 }), limits: { queue: 2 }, concurrency: 1 })
  const client = negServer({ url: server.url })
  const first = [generate(client, pirate), generate(client, pirate)]
  await Promise.all(first.map(({ id }) => id))

  const headers = { 'content-type': 'application/json' }
  const refused = await fetch(`${server.url}/v1/jobs`, { method: 'POST', headers, body: JSON.stringify(pirate) })
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('5')
  expect((await refused.json()).error.code).toBe('queue-full')

  await expectWhole(generate(client, pirate))
  await Promise.all(first.map(({ result }) => result))
  expect((await client.jobs()).jobs.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded'])
  await server.close({ drain: 0 })
})

test('a more urgent job goes before those that wait', async () => {
  const server = await startServer({ models: toyModel({ ms: 5 }), concurrency: 1 })
  const client = negServer({ url: server.url })
  const order: string[] = []
  const running = generate(client, pirate)
  await running.id
  const runs: [string, ReturnType<typeof generate>][] = []
  for (const [name, priority] of [
    ['first', 0],
    ['second', 0],
    ['urgent', 50],
  ] as const) {
    const run = generate(client, pirate, { priority })
    await run.id
    runs.push([name, run])
  }
  await Promise.all(runs.map(([name, { result }]) => result.then(() => order.push(name))))
  expect(order).toEqual(['urgent', 'first', 'second'])
  await server.close({ drain: 0 })
})
