import { NegError } from '@neg/core'
import { Redis, type RedisOptions } from 'ioredis'

/**
 * A connection that comes back by itself.
 * @param kind `ask`: commands that do not get through within some seconds fail, so that a request can be answered with
 *   "not now"; `wait`: they wait until Redis is back, as a worker in the middle of a job must.
 * @throws `option-invalid`
 */
export function connectRedis(url: string, kind: 'ask' | 'wait'): Redis {
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol)) {
    throw new NegError(
      'option-invalid',
      'The address of Redis is none; expected redis://HOST:PORT or rediss://HOST:PORT.',
      {
        where: 'redis',
      },
    )
  }
  const options: RedisOptions = {
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 2000),
    ...(kind === 'ask' ? { maxRetriesPerRequest: 3, commandTimeout: 5000 } : { maxRetriesPerRequest: null }),
  }
  const redis = new Redis(url, options)
  // Losing the connection is told by every command that fails; the event alone must not end the process.
  redis.on('error', () => {})
  return redis
}
