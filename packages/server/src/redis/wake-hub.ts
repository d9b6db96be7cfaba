import type { Redis } from 'ioredis'

/** Tells who waits for a job that there is something new, over one connection for all. */
export interface WakeHub {
  /** Begins to listen; call the returned function to end it. */
  watch(channel: string): { next(): Promise<void>; stop(): void }
}

/** @param redis A connection for this alone: one that listens can do nothing else. */
export function wakeHub(redis: Redis): WakeHub {
  const channels = new Map<string, Set<() => void>>()
  redis.on('message', (channel: string) => {
    for (const wake of channels.get(channel) ?? []) wake()
  })
  return {
    watch(channel) {
      let wakers = channels.get(channel)
      if (!wakers) {
        channels.set(channel, (wakers = new Set()))
        // Connections that come back listen again by themselves; what was missed is found by looking from time to time.
        redis.subscribe(channel).catch(() => {})
      }
      let waiting: (() => void)[] = []
      const wake = () => {
        for (const one of waiting) one()
        waiting = []
      }
      const all = wakers
      all.add(wake)
      return {
        next: () => new Promise((resolve) => waiting.push(resolve)),
        stop() {
          wake()
          all.delete(wake)
          if (all.size === 0 && channels.get(channel) === all) {
            channels.delete(channel)
            redis.unsubscribe(channel).catch(() => {})
          }
        },
      }
    },
  }
}
