import type { Principal } from '../app/route-group'
import type { ServerContext } from '../app/server-context'
import { type CheckedJob, requestDigest } from '../jobs/job-request'
import type { Submission } from '../queue/job-queue'
import { stopping } from '../queue/refusals'

/**
 * Hands a checked job to the queue, within the principal's limits.
 * @param idempotency The key, and the body as it came.
 */
export async function submit(
  context: ServerContext,
  principal: Principal,
  { model, request }: CheckedJob,
  idempotency?: { readonly key: string; readonly body: unknown },
): Promise<Submission> {
  if (context.stopping() && !idempotency) throw stopping()
  const { name } = principal
  const { jobsPerMinute, concurrent } = principal.limits
  return context.queue.submit({
    principal: name,
    model,
    request,
    ...(idempotency ? { idempotency: { key: idempotency.key, digest: requestDigest(idempotency.body) } } : {}),
    bounds: { queue: context.limits.queue, jobsPerMinute, concurrent },
  })
}
