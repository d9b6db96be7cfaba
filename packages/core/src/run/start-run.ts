import type { RunEvent } from './event'
import { linkedAbort } from './linked-abort'
import type { Run, RunResult } from './run'

/**
 * Starts `work` at once and makes a `Run` of what it emits and returns: here a picture, elsewhere whatever behaves like one.
 * `work` is also told when somebody begins to read the events.
 * @param outer Aborts the run too.
 */
export function startRun<Event = RunEvent, Result = RunResult>(
  work: (emit: (event: Event) => void, signal: AbortSignal, watched: Promise<void>) => Promise<Result>,
  outer?: AbortSignal,
): Run<Event, Result> {
  const { controller, unlink } = linkedAbort(outer)
  let watch = () => {}
  const watched = new Promise<void>((resolve) => (watch = resolve))

  const events: Event[] = []
  let settled: { error?: unknown } | undefined
  let wake: (() => void) | undefined
  const notify = () => {
    wake?.()
    wake = undefined
  }
  const emit = (event: Event) => {
    if (controller.signal.aborted) return
    events.push(event)
    notify()
  }
  const aborted = new Promise<never>((_, reject) => {
    const fail = () => reject(controller.signal.reason)
    if (controller.signal.aborted) fail()
    else controller.signal.addEventListener('abort', fail, { once: true })
  })
  const result = Promise.race([aborted, work(emit, controller.signal, watched)]).finally(unlink)
  result.then(
    () => {
      settled = {}
      notify()
    },
    (error) => {
      settled = { error }
      notify()
    },
  )

  const abort = (reason?: unknown) => {
    if (!settled) controller.abort(reason)
  }

  async function* iterate(): AsyncGenerator<Event, void, undefined> {
    watch()
    let next = 0
    let finished = false
    try {
      for (;;) {
        if (next < events.length) yield events[next++]
        else if (settled) break
        else await new Promise<void>((resolve) => (wake = chain(wake, resolve)))
      }
      finished = true
    } finally {
      if (!finished) abort()
    }
    if (settled && 'error' in settled) throw settled.error
  }

  return { result, abort, [Symbol.asyncIterator]: iterate }
}

/** Several iterators may wait at once. */
const chain = (first: (() => void) | undefined, second: () => void) => () => {
  first?.()
  second()
}
