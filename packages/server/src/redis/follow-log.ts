import type { PreviewEvent } from '@neg/remote/jobs'
import type { Redis } from 'ioredis'
import type { KeptEvent, LogEntry } from '../queue/job-state'
import type { RedisKeys } from './keys'
import type { WakeHub } from './wake-hub'

/** Even if no word of it arrives, a log is looked at this often, in milliseconds. */
const look = 2000
/** How long Redis may be away before a reader is sent away, in milliseconds. */
const patience = 30_000

/** The events of a job from its stream, the latest preview between them. */
export async function* followLog(
  redis: Redis,
  hub: WakeHub,
  keys: RedisKeys,
  id: string,
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<LogEntry, void, undefined> {
  const watch = hub.watch(keys.wake(id))
  let last = after ?? '0-0'
  let seen = 0
  let away: number | undefined
  try {
    while (!signal.aborted) {
      const woken = watch.next()
      try {
        const entries = await redis.xrange(keys.events(id), `(${last}`, '+', 'COUNT', 100)
        for (const [entry, [, text]] of entries) {
          last = entry
          const event: KeptEvent = JSON.parse(text)
          yield { id: entry, event }
          if (event.type === 'done' || signal.aborted) return
        }
        if (entries.length > 0) continue
        const preview = await redis.get(keys.preview(id))
        away = undefined
        const { number, event } = preview
          ? (JSON.parse(preview) as { number: number; event: PreviewEvent })
          : { number: 0 }
        if (event && number > seen) {
          seen = number
          yield { id: undefined, event }
          continue
        }
        if (!(await redis.exists(keys.job(id)))) return
      } catch (error) {
        away ??= Date.now()
        if (Date.now() - away > patience) throw error
      }
      await soon(woken, away === undefined ? look : 200, signal)
    }
  } finally {
    watch.stop()
  }
}

/** Resolves when woken, after some time, or when the signal aborts. */
function soon(woken: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    woken.then(done)
  })
}
