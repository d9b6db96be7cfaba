import { NegError } from '@neg/core'
import { logged } from '../app/request-log'
import type { AppContext } from '../app/route-group'
import type { ServerContext } from '../app/server-context'
import { requireScope } from '../auth/authenticate'
import type { JobState } from '../queue/job-state'

const missing = (id: string) =>
  new NegError('job-missing', `There is no job '${id.slice(0, 64)}': it never was, was deleted, or has expired.`, {
    where: 'id',
  })

/** The job that a path names, if it is the caller's; to others it does not exist. @throws `job-missing` */
export async function ownJob(c: AppContext, { queue }: ServerContext): Promise<JobState> {
  const principal = requireScope(c, 'jobs')
  const id = c.req.param('id') ?? ''
  const job = /^[0-9a-f-]{36}$/.test(id) ? await queue.get(id) : undefined
  if (!job || (job.principal !== principal.name && !principal.scopes.has('admin'))) throw missing(id)
  logged.set(c.req.raw, { job: id })
  return job
}
