import type { ChildProcess } from 'node:child_process'
import { generate as generateHere } from '@neg/core'
import { generate, negServer } from '@neg/remote/jobs'
import { type NegServer, startServer } from '@neg/server'
import { redisBlobs, redisQueue } from '@neg/server/redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRedis } from './redis'
import { toyModel } from './toy-model.mjs'
import { end, forkWorker } from './workers'

const pirate = { prompt: 'a pirate', negatives: ['eye patch'], seed: '7', steps: 10 }

let redis: Awaited<ReturnType<typeof startRedis>>
let blobs: ReturnType<typeof redisBlobs>
let server: NegServer
const workers = new Set<ChildProcess>()
const worker = async (options: Record<string, unknown> = {}) => {
  const child = await forkWorker({ url: redis.url, ms: 10, ...options })
  workers.add(child)
  return child
}

beforeAll(async () => {
  redis = await startRedis()
  blobs = redisBlobs({ url: redis.url })
  server = await startServer({ models: toyModel(), queue: redisQueue({ url: redis.url }), blobs })
})
afterAll(async () => {
  await server.close({ drain: 0 })
  blobs.close()
  for (const child of workers) await end(child, 'SIGKILL')
  await redis.end()
})

const client = () => negServer({ url: server.url, firstPause: 20 })

describe('jobs on Redis', () => {
  test('are drawn by a worker as here', async () => {
    const child = await worker()
    const run = generate(client(), pirate)
    let steps = 0
    for await (const event of run) if (event.type === 'step-end') steps++
    const { latents, image, record } = await run.result
    const here = await generateHere(toyModel({ ms: 0 }), pirate).result
    expect(steps).toBe(10)
    expect(latents).toEqual(here.latents)
    expect(image).toEqual(here.image)
    expect(record).toEqual(here.record)
    await end(child, 'SIGTERM')
  })

  test('that have ended end their event stream at once, from every place; ids that never were are refused', async () => {
    const child = await worker()
    const { id } = await client().submit({ recipe: pirate })
    const url = `${server.url}/v1/jobs/${id}/events`
    const at = (after?: string) =>
      fetch(url, { headers: after ? { 'last-event-id': after } : {}, signal: AbortSignal.timeout(10_000) })
    const told = (text: string) => [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id)
    const all = told(await (await at()).text())
    expect(told(await (await at(all[1])).text())).toEqual(all.slice(2))
    expect((await at(all.at(-1))).status).toBe(204)
    const [ms, number] = all.at(-1)?.split('-').map(Number) ?? []
    for (const never of [`${ms}-${number + 1}`, `${ms + 1}-0`, `${2n ** 64n}-0`, '4711']) {
      expect((await at(never)).status).toBe(400)
    }
    await end(child, 'SIGTERM')
  })
})
