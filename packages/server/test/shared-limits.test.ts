import { randomBytes } from 'node:crypto'
import { negServer } from '@neg/remote/jobs'
import { hashToken, type NegServer, startServer } from '@neg/server'
import { redisQueue } from '@neg/server/redis'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pirate } from './pirate'
import { startRedis } from './redis'
import { toyModel } from './toy-model.mjs'

const token = randomBytes(24).toString('hex')
let redis: Awaited<ReturnType<typeof startRedis>>
const servers: NegServer[] = []
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(async () => {
  for (const server of servers) await server.close({ drain: 0 })
  await redis.end()
})

/** Two servers with one queue; nobody draws. */
async function two(prefix: string, limits: { jobsPerMinute?: number; concurrent?: number }, queue = 100) {
  const start = async () => {
    const server = await startServer({
      models: toyModel(),
      tokens: [{ name: 'ada', sha256: hashToken(token), limits }],
      queue: redisQueue({ url: redis.url, prefix }),
      limits: { queue },
    })
    servers.push(server)
    return server
  }
  const pair = [await start(), await start()]
  const send = async (at: number, key?: string) => {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    }
    const response = await fetch(`${pair[at].url}/v1/jobs`, { method: 'POST', headers, body: JSON.stringify(pirate) })
    const { id, error } = await response.json()
    return { status: response.status, id, code: error?.code, wait: Number(response.headers.get('retry-after')) }
  }
  return { send, clients: pair.map(({ url }) => negServer({ url, token })) }
}

describe('limits of jobs hold across servers on one Redis', () => {
  test('a minute: only jobs that were taken count, each once', async () => {
    const { send } = await two('minute', { jobsPerMinute: 3 })
    const [first, , again] = [await send(0, 'k'), await send(1), await send(1, 'k')]
    expect([again.status, again.id]).toEqual([200, first.id])
    expect((await send(0)).status).toBe(201)
    for (const at of [0, 1]) {
      const refused = await send(at)
      expect(refused).toMatchObject({ status: 429, code: 'rate-limited' })
      expect(refused.wait).toBeGreaterThan(40)
      expect(refused.wait).toBeLessThanOrEqual(60)
    }
    expect((await send(1, 'k')).status).toBe(200)
  })

  test('at a time: a job that ended, or was forgotten, makes room', async () => {
    const { send, clients } = await two('concurrent', { concurrent: 2 })
    const [first, second] = [await send(0), await send(1)]
    for (const at of [0, 1]) expect(await send(at)).toMatchObject({ status: 429, code: 'rate-limited' })
    await clients[1].cancel(first.id)
    expect((await send(0)).status).toBe(201)
    expect((await send(1)).status).toBe(429)
    const own = new Redis(redis.url)
    await own.del(`{concurrent}:job:${second.id}`)
    own.disconnect()
    expect((await send(1)).status).toBe(201)
    expect((await send(0)).status).toBe(429)
  })

  test('in the queue', async () => {
    const { send, clients } = await two('full', {}, 2)
    const [first] = [await send(0), await send(1)]
    for (const at of [0, 1]) expect(await send(at)).toMatchObject({ status: 429, code: 'queue-full', wait: 5 })
    await clients[0].cancel(first.id)
    expect((await send(1)).status).toBe(201)
    expect((await send(0)).status).toBe(429)
  })

  test('many at the same moment, too', async () => {
    const { send } = await two('rush', { jobsPerMinute: 5 })
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => send(i % 2)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15)
  })
})
