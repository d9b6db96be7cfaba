import { NegError } from '@neg/core'
import { linkedAbort, recipeInputSchema } from '@neg/core/internal'
import type { JobStatus } from '@neg/remote/jobs'
import {
  isTerminal,
  jobHeaders,
  jobPageSchema,
  jobRequestSchema,
  jobSchema,
  jobStatuses,
  pathTo,
  routes,
} from '@neg/remote/wire'
import * as z from 'zod'
import { readJson } from '../app/read-body'
import { logged } from '../app/request-log'
import type { AppContext, RouteGroup } from '../app/route-group'
import { registered } from '../app/route-path'
import type { ServerContext } from '../app/server-context'
import { requireScope } from '../auth/authenticate'
import { jobPrefix } from '../jobs/blob-keys'
import { checkJob, requestDigest } from '../jobs/job-request'
import { type JobState, jobView } from '../queue/job-state'
import { ownJob } from './own-job'
import { submit } from './submit'

const job = (description: string) => ({ description, content: { 'application/json': jobSchema } })

/** Jobs: hand in, look at, list, cancel, delete. */
export const jobRoutes: RouteGroup = {
  name: 'jobs',
  operations: [
    {
      method: 'post',
      path: routes.jobs,
      id: 'createJob',
      summary: 'Hands in a recipe to be drawn.',
      tag: 'jobs',
      headers: {
        'Idempotency-Key':
          '1 to 255 printable characters of your choice. The same key and body within 24 hours is the same job, answered with 200.',
        Prefer: '`wait=N`: answer when the job has ended, after N seconds (at most 60) in any case.',
      },
      body: { 'application/json': z.union([jobRequestSchema, recipeInputSchema]) },
      answers: { 200: job('The job that this key began before.'), 201: job('The new job; `Location` is its address.') },
    },
    {
      method: 'get',
      path: routes.jobs,
      id: 'listJobs',
      summary: 'Your jobs, newest first.',
      tag: 'jobs',
      query: {
        status: { description: 'Only those in this state.', schema: z.enum(jobStatuses) },
        cursor: { description: '`next` of the page before.', schema: z.string() },
        limit: { description: 'Jobs of a page. Default 50.', schema: z.number().int().min(1).max(200) },
      },
      answers: { 200: { description: 'A page of jobs.', content: { 'application/json': jobPageSchema } } },
    },
    {
      method: 'get',
      path: routes.job,
      id: 'getJob',
      summary: 'The truth about a job.',
      tag: 'jobs',
      headers: { Prefer: '`wait=N`: answer when the job has ended, after N seconds (at most 60) in any case.' },
      answers: { 200: job('The job.') },
    },
    {
      method: 'delete',
      path: routes.job,
      id: 'deleteJob',
      summary: 'Cancels a job if it runs, and deletes it with its pictures.',
      tag: 'jobs',
      answers: { 204: { description: 'It is gone.' } },
    },
    {
      method: 'post',
      path: routes.jobCancel,
      id: 'cancelJob',
      summary: 'Asks a job to stop. Can be repeated; a job that has ended stays as it is.',
      tag: 'jobs',
      answers: { 202: job('The job: `canceling`, `canceled`, or as it ended.') },
    },
  ],

  register(app, context) {
    const { queue, blobs, models, limits } = context

    app.post(routes.jobs, async (c) => {
      const principal = requireScope(c, 'jobs')
      const key = idempotencyKey(c)
      const wait = waitSeconds(c)
      const body = await readJson(c, limits.jsonBytes)
      const checked = checkJob(body, models, limits)
      logged.set(c.req.raw, {
        recipe: requestDigest(checked.request.recipe).slice(0, 12),
        ...(context.logPrompts ? { prompt: checked.request.recipe.prompt } : {}),
      })
      const { job, created } = await submit(context, principal, checked, key === undefined ? undefined : { key, body })
      logged.set(c.req.raw, { ...logged.get(c.req.raw), job: job.id })
      const shown = wait > 0 ? await settled(c, context, job, wait) : job
      c.header('Location', pathTo(routes.job, { id: job.id }))
      return c.json(jobView(shown), created ? 201 : 200)
    })

    app.get(routes.jobs, async (c) => {
      const principal = requireScope(c, 'jobs')
      const { status, cursor, limit } = listQuery(c)
      const { jobs, next } = await queue.list({
        ...(principal.scopes.has('admin') ? {} : { principal: principal.name }),
        status,
        cursor,
        limit,
      })
      return c.json({ jobs: jobs.map(jobView), next: next ?? null })
    })

    app.get(registered(routes.job), async (c) => {
      const wait = waitSeconds(c)
      const job = await ownJob(c, context)
      return c.json(jobView(wait > 0 ? await settled(c, context, job, wait) : job))
    })

    app.post(registered(routes.jobCancel), async (c) => {
      const job = await ownJob(c, context)
      return c.json(jobView((await queue.cancel(job.id)) ?? job), 202)
    })

    app.delete(registered(routes.job), async (c) => {
      const job = await ownJob(c, context)
      if (!isTerminal(job.status)) {
        await queue.cancel(job.id)
        await settled(c, context, job, 10)
      }
      await queue.remove(job.id)
      await blobs.deleteBelow(jobPrefix(job.id))
      return c.body(null, 204)
    })
  },
}

function idempotencyKey(c: AppContext): string | undefined {
  const key = c.req.header(jobHeaders.idempotencyKey)
  if (key === undefined || /^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw new NegError('request-invalid', 'Idempotency-Key has 1 to 255 printable ASCII characters without spaces.', {
    where: 'Idempotency-Key',
  })
}

/** Seconds of `Prefer: wait=N`; 0 without. */
function waitSeconds(c: AppContext): number {
  const wait = /(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])/.exec(c.req.header('prefer') ?? '')
  return wait ? Math.min(60, Number(wait[1])) : 0
}

function listQuery(c: AppContext): { status?: JobStatus; cursor?: string; limit: number } {
  const { status, cursor, limit = '50' } = c.req.query()
  if (status !== undefined && !(jobStatuses as readonly string[]).includes(status)) {
    throw new NegError('request-invalid', `There is no status of that name; there are ${jobStatuses.join(', ')}.`, {
      where: 'status',
    })
  }
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > 200) {
    throw new NegError('request-invalid', 'limit is a whole number from 1 to 200.', { where: 'limit' })
  }
  return { status: status as JobStatus | undefined, cursor, limit: Number(limit) }
}

/** The job once it has ended, or as it is when the time is over or the caller has gone. */
export async function settled(
  c: AppContext,
  { queue }: ServerContext,
  job: JobState,
  seconds: number,
): Promise<JobState> {
  if (isTerminal(job.status)) return job
  const { controller, signal, unlink } = linkedAbort(c.req.raw.signal)
  const timer = setTimeout(() => controller.abort(), seconds * 1000)
  try {
    for await (const { event } of queue.follow(job.id, undefined, signal)) if (event.type === 'done') break
  } finally {
    clearTimeout(timer)
    unlink()
  }
  return (await queue.get(job.id)) ?? job
}
