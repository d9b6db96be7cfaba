/**
 * Lets in together who may be together: a model has one denoiser graph at a time, so that jobs which need another wait until
 * those inside have left. In order of arrival.
 */
export interface Lanes {
  /** Resolves when `key` may go in; the returned function leaves. Rejects with the signal's reason. */
  enter(key: string, signal: AbortSignal): Promise<() => void>
}

export function createLanes(): Lanes {
  let inside = 0
  let current: string | undefined
  let waiting: { key: string; go(): void }[] = []

  const leave = () => {
    inside--
    admit()
  }
  const admit = () => {
    while (waiting.length > 0 && (inside === 0 || waiting[0].key === current)) {
      const first = waiting.shift()!
      current = first.key
      inside++
      first.go()
    }
  }
  return {
    enter: (key, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const stop = () => {
          waiting = waiting.filter((other) => other !== entry)
          reject(signal.reason)
          admit()
        }
        let left = false
        const entry = {
          key,
          go() {
            signal.removeEventListener('abort', stop)
            resolve(() => {
              if (left) return
              left = true
              leave()
            })
          },
        }
        signal.addEventListener('abort', stop, { once: true })
        waiting.push(entry)
        admit()
      }),
  }
}
