import type { PreviewEvent } from '@neg/remote/jobs'
import type { EventPlace } from './job-queue'
import type { KeptEvent, LogEntry } from './job-state'

/** The events of one job, in this process: kept in order, the latest preview beside them. */
export interface JobLog {
  readonly entries: readonly { readonly id: string; readonly event: KeptEvent }[]
  append(event: KeptEvent): void
  preview(event: PreviewEvent): void
  /** No more will come, though the job has not ended: readers are sent away. */
  close(): void
  placeOf(after: string): EventPlace
  follow(after: string | undefined, signal: AbortSignal): AsyncGenerator<LogEntry, void, undefined>
}

export function createJobLog(before: JobLog['entries'] = []): JobLog {
  const entries = [...before]
  let preview: PreviewEvent | undefined
  let closed = false
  const wakers = new Set<() => void>()
  const wake = () => {
    for (const one of wakers) one()
    wakers.clear()
  }
  const change = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const done = () => {
        wakers.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      wakers.add(done)
      signal.addEventListener('abort', done, { once: true })
    })

  return {
    entries,
    append(event) {
      entries.push({ id: String(entries.length + 1), event })
      wake()
    },
    preview(event) {
      preview = event
      wake()
    },
    close() {
      closed = true
      wake()
    },
    placeOf(after) {
      const number = /^\d{1,9}$/.test(after) ? Number(after) : Number.NaN
      // 0 is before the first.
      if (!(number <= entries.length)) return 'unknown'
      return number === entries.length && entries.at(-1)?.event.type === 'done' ? 'end' : 'inside'
    },
    async *follow(after, signal) {
      let next = after === undefined ? 0 : Number(after)
      let seen: PreviewEvent | undefined
      while (!signal.aborted) {
        if (next < entries.length) {
          const entry = entries[next++]
          yield entry
          if (entry.event.type === 'done') return
        } else if (preview !== seen) {
          seen = preview
          if (seen) yield { id: undefined, event: seen }
        } else if (closed) return
        else await change(signal)
      }
    },
  }
}
