import type { Redis } from 'ioredis'
import type { EventPlace } from '../queue/job-queue'
import type { RedisKeys } from './keys'

/** Where in a job's stream the event of an id is. What is before its first event may have been trimmed away. */
export async function placeInLog(redis: Redis, keys: RedisKeys, id: string, after: string): Promise<EventPlace> {
  const parts = /^(\d{1,20})-(\d{1,20})$/.exec(after)
  if (!parts || parts.slice(1).some((part) => BigInt(part) > largest)) return 'unknown'
  const stream = keys.events(id)
  const [[first], [last]] = await Promise.all([
    redis.xrange(stream, '-', '+', 'COUNT', 1),
    redis.xrevrange(stream, '+', '-', 'COUNT', 1),
  ])
  if (!first || !last) return 'unknown'
  const [lastId, [, event]] = last
  if (after === lastId) return JSON.parse(event).type === 'done' ? 'end' : 'inside'
  if (before(after, first[0])) return 'inside'
  const found = await redis.xrange(stream, after, after)
  return found.length > 0 ? 'inside' : 'unknown'
}

/** Redis's ids are two numbers of 64 bits. */
const largest = 2n ** 64n - 1n

function before(a: string, b: string): boolean {
  const [[ms, number], [otherMs, otherNumber]] = [a, b].map((id) => id.split('-').map(BigInt))
  return ms < otherMs || (ms === otherMs && number < otherNumber)
}
