import { NegError } from '@neg/core'
import { jobHeaders, routes } from '@neg/remote/wire'
import type { RouteGroup } from '../app/route-group'
import { registered } from '../app/route-path'
import type { ServerContext } from '../app/server-context'
import { jobView, type LogEntry } from '../queue/job-state'
import { RetryLater } from '../queue/refusals'
import { eventStream } from './event-stream'
import { ownJob } from './own-job'

/** A job's progress as server-sent events. */
export const jobEventRoutes: RouteGroup = {
  name: 'job events',
  operations: [
    {
      method: 'get',
      path: routes.jobEvents,
      id: 'followJob',
      summary:
        'Follows a job: `status`, `warning`, `step`, `attention`, `image` and, at the end, `done`, each with an id after which a new connection goes on. `preview` has none: only the latest is sent.',
      tag: 'jobs',
      headers: { 'Last-Event-ID': 'Go on after this event.' },
      query: {},
      answers: {
        200: { description: 'The events; data is JSON (schema JobEvent).', content: { 'text/event-stream': 'text' } },
        204: { description: 'The job has ended, and that was its last event.' },
      },
    },
  ],
  register(app, context) {
    let open = 0
    context.metrics.gauge('neg_event_streams', 'Event streams open now.', () => open)
    app.get(registered(routes.jobEvents), async (c) => {
      const job = await ownJob(c, context)
      const after = c.req.header(jobHeaders.lastEventId) || c.req.query('after') || undefined
      if (after !== undefined) {
        const place = await context.queue.placeOf(job.id, after)
        if (place === 'unknown') throw neverWas()
        // The word of the standard for "do not connect again".
        if (place === 'end') return c.body(null, 204)
      }
      if (open >= context.limits.streams) {
        throw new RetryLater(
          'rate-limited',
          `${open} event streams are open, the most there may be; poll the job instead.`,
          2,
        )
      }
      open++
      const controller = new AbortController()
      const cancelToo = c.req.query('cancel_on_disconnect') === '1'
      return eventStream(c, messages(context, job.id, after, controller.signal), {
        retry: 2000,
        onEnd(early) {
          open--
          controller.abort()
          if (early && cancelToo && !context.stopping()) context.queue.cancel(job.id).catch(() => {})
        },
      })
    })
  },
}

const neverWas = () =>
  new NegError('request-invalid', 'Last-Event-ID is not the id of an event of this job.', { where: 'Last-Event-ID' })

/** A job's events as they are sent; `done` carries the job. */
async function* messages(
  { queue }: ServerContext,
  id: string,
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<{ id?: string; event: string; data: unknown }, void, undefined> {
  for await (const entry of queue.follow(id, after, signal)) {
    const data = await withJob(entry, queue, id)
    if (!data) return
    yield { id: entry.id, event: entry.event.type, data }
  }
}

async function withJob({ event }: LogEntry, queue: ServerContext['queue'], id: string) {
  if (event.type !== 'done') return event
  const job = await queue.get(id)
  return job && { type: 'done', job: jobView(job) }
}
