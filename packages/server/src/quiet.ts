/** Does something from time to time, one at a time, without keeping the process alive or ending it. */
export function quiet(ms: number, work: () => Promise<void>): { stop(): void } {
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    work()
      .catch(() => {})
      .finally(() => (busy = false))
  }, ms)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
