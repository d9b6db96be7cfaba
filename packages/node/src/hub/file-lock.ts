import { mkdir, rm, stat, utimes } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** A holder touches its lock this often; one that is this much older than two touches belongs to a process that died. */
const touch = 2000
const stale = 15_000
const poll = 100

/**
 * Does work while nobody else, in this process or another, works under the same path. The lock is a folder, which every
 * file system makes at most once.
 */
export async function withLock<T>(path: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  for (;;) {
    signal?.throwIfAborted()
    try {
      await mkdir(path)
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const held = await stat(path).catch(() => undefined)
      if (held && Date.now() - held.mtimeMs > stale) await rm(path, { recursive: true, force: true })
      else await sleep(poll)
    }
  }
  const timer = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => undefined)
  }, touch)
  timer.unref()
  try {
    return await work()
  } finally {
    clearInterval(timer)
    await rm(path, { recursive: true, force: true })
  }
}
