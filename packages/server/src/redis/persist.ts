/**
 * What Redis answers where it can't do what was asked right now: too little memory, still loading, a replica that is to be
 * the master, a disk that is full. Scripts wrap the word in a sentence of their own.
 */
const passing = /\b(OOM|LOADING|BUSY|MASTERDOWN|READONLY|TRYAGAIN|CLUSTERDOWN|NOREPLICAS|MISCONF)\b/

/** Whether an error of Redis goes away by itself. Lost connections come back below this: ioredis sends again. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // A transaction that was given up holds why beside its own error.
  const { previousErrors = [] } = error as { previousErrors?: readonly unknown[] }
  return passing.test(error.message) || previousErrors.some(isPassing)
}

export interface Patience {
  /** Milliseconds for which it is tried. */
  readonly patience: number
  /** No more is tried once it aborts. */
  readonly signal?: AbortSignal
}

/** Does something with Redis, again and again while what it answers is passing: whatever it does is done whole or not at all. */
export async function persist<T>(work: () => Promise<T>, { patience, signal }: Patience): Promise<T> {
  const end = Date.now() + patience
  for (let pause = 50; ; pause = Math.min(2 * pause, 1000)) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error) || Date.now() + pause > end || signal?.aborted) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}
