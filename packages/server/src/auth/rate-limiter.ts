import type { Principal } from '../app/route-group'
import { RetryLater } from '../queue/refusals'

/** Counts what each principal began within the last minute. */
export interface RateLimiter {
  /** @throws `rate-limited` with the seconds until the next is free. The returned function takes it back. */
  take(principal: Principal): () => void
}

const minute = 60_000

export function rateLimiter(now: () => number = Date.now): RateLimiter {
  const taken = new Map<string, number[]>()
  return {
    take({ name, limits }) {
      const most = limits.jobsPerMinute
      if (most === undefined) return () => {}
      const at = now()
      const recent = (taken.get(name) ?? []).filter((time) => time > at - minute)
      if (recent.length >= most) {
        const wait = Math.max(1, Math.ceil((recent[0] + minute - at) / 1000))
        throw new RetryLater('rate-limited', `This token may begin ${most} jobs a minute; the next in ${wait} s.`, wait)
      }
      recent.push(at)
      taken.set(name, recent)
      return () => {
        const times = taken.get(name) ?? []
        const mine = times.indexOf(at)
        if (mine >= 0) times.splice(mine, 1)
      }
    },
  }
}
