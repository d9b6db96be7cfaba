import { tooFast } from './refusals'

/** Counts what each principal began within the last minute, in this process. */
export interface RateLimiter {
  /** @throws `rate-limited` with the seconds until the next is free. */
  take(principal: string, perMinute: number | undefined): void
}

const minute = 60_000

/** @param what What is begun, for the refusal */
export function rateLimiter(what = 'jobs', now: () => number = Date.now): RateLimiter {
  const taken = new Map<string, number[]>()
  return {
    take(principal, perMinute) {
      if (perMinute === undefined) return
      const at = now()
      const recent = (taken.get(principal) ?? []).filter((time) => time > at - minute)
      if (recent.length >= perMinute) throw tooFast(perMinute, recent[recent.length - perMinute] + minute - at, what)
      taken.set(principal, [...recent, at])
    },
  }
}
