import { NegError } from '@neg/core'
import { backoff, pause, type RetryOptions } from '@neg/core/internal'
import { pathTo } from '../../wire/path-to'
import { parseEventStream } from '../events/parse-event-stream'
import { isTerminal } from '../protocol/job'
import { type JobEvent, jobEventSchema, jobEventSchemas } from '../protocol/job-event'
import { jobHeaders, routes } from '../protocol/routes'
import type { NegServer } from './neg-server'

export interface FollowedEvent {
  /** To go on after; previews have none. */
  readonly id: string | undefined
  readonly event: JobEvent
}

/** Event types of later versions are passed over: they tell more, never something else. */
const known: ReadonlySet<string> = new Set(Object.keys(jobEventSchemas))

/**
 * A job's events, to `done`, however often the connection is cut: each new one goes on after the last event that arrived.
 *
 * @param after Go on after the event with this id.
 * @throws the server's `NegError`; `remote-unreachable` after `retries` connections that brought nothing
 */
export async function* followJob(
  server: NegServer,
  id: string,
  { after, signal, ...retry }: { readonly after?: string; readonly signal?: AbortSignal } & RetryOptions = {},
): AsyncGenerator<FollowedEvent, void, undefined> {
  const { retries = 5 } = retry
  let last = after ?? ''
  let fruitless = 0
  let wish = 0
  let cause: unknown
  for (;;) {
    let response: Response
    try {
      response = await server.request(pathTo(routes.jobEvents, { id }), {
        headers: { accept: 'text/event-stream', ...(last ? { [jobHeaders.lastEventId]: last } : {}) },
        signal,
      })
    } catch (error) {
      // A server that came back from before that event does not know it: its log is read from the beginning.
      const forgotten = NegError.isInstance(error) && error.where === 'Last-Event-ID' && last !== (after ?? '')
      if (!forgotten) throw error
      last = ''
      continue
    }
    if (response.status === 204) {
      yield { id: undefined, event: { type: 'done', job: await server.job(id, { signal }) } }
      return
    }
    try {
      if (!response.body) throw new Error('the answer has no body')
      for await (const message of parseEventStream(response.body, (ms) => (wish = ms))) {
        if (!known.has(message.event)) continue
        const event = parse(message.data)
        if (message.id) last = message.id
        fruitless = 0
        yield { id: event.type === 'preview' ? undefined : message.id, event }
        if (event.type === 'done') return
      }
    } catch (error) {
      signal?.throwIfAborted()
      if (NegError.isInstance(error)) throw error
      cause = error
    }
    signal?.throwIfAborted()
    if (fruitless >= retries) {
      // The job itself is the truth: its end is worth more than the steps that can't be had.
      const job = await server.job(id, { signal })
      if (!isTerminal(job.status)) {
        const why = cause instanceof Error ? cause.message : 'they end'
        throw new NegError('remote-unreachable', `The events of job ${id} break off again and again: ${why}.`, {
          cause,
        })
      }
      yield { id: undefined, event: { type: 'done', job } }
      return
    }
    await pause(fruitless === 0 ? Math.min(wish, 100) : backoff(fruitless, retry), signal)
    fruitless++
  }
}

function parse(data: string): JobEvent {
  try {
    return jobEventSchema.parse(JSON.parse(data))
  } catch (cause) {
    throw new NegError('remote-malformed', 'The server sent an event that this version does not understand.', { cause })
  }
}
