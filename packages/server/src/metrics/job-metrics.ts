import { NegError } from '@neg/core'
import type { RunJob } from '../queue/job-queue'
import type { Metrics } from './metrics'

/** Counts what a runner does. */
export function countJobs(run: RunJob, metrics: Metrics): RunJob {
  const jobs = metrics.counter('neg_jobs_total', 'Jobs run here, by how they ended.')
  const evaluations = metrics.counter('neg_evaluations_total', 'Rows of the denoising network: run, elided, observed.')
  const seconds = metrics.histogram(
    'neg_job_phase_seconds',
    'Time of a job by phase.',
    [0.01, 0.05, 0.25, 1, 5, 25, 125, 625],
  )
  return async (task, reporter) => {
    try {
      const result = await run(task, reporter)
      jobs.add({ outcome: 'succeeded' })
      const { before: _, ...rows } = result.record.evaluations
      for (const [kind, count] of Object.entries(rows)) evaluations.add({ kind }, count)
      for (const [phase, ms] of Object.entries(result.timings)) seconds.observe(ms / 1000, { phase })
      return result
    } catch (error) {
      const code = NegError.isInstance(error) ? error.code : 'internal'
      jobs.add({ outcome: reporter.signal.aborted ? 'canceled' : 'failed', code })
      throw error
    }
  }
}
