import type { RunRecord, RunTimings } from '@neg/core'
import * as z from 'zod'
import { jobErrorSchema } from './job-error'

/** `canceling` passes; `succeeded`, `failed` and `canceled` never change. */
export const jobStatuses = ['queued', 'running', 'canceling', 'succeeded', 'failed', 'canceled'] as const
export type JobStatus = (typeof jobStatuses)[number]

/** Whether a job has ended for good. */
export const isTerminal = (status: JobStatus): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'canceled'

const time = z.iso.datetime()
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** A picture of a job: `url` is on the same server. */
export const jobImageSchema = z.object({
  index: z.number().int(),
  type: z.string().describe('Media type: image/png.'),
  width: z.number().int(),
  height: z.number().int(),
  bytes: z.number().int(),
  sha256: sha256.describe('Of the file; also its ETag.'),
  url: z.string(),
})

/** Final latents, float32 little-endian. */
export const jobLatentsSchema = z.object({
  shape: z.array(z.number().int()),
  bytes: z.number().int(),
  sha256,
  url: z.string(),
})

export const jobResultSchema = z.object({
  images: z.array(jobImageSchema).describe('One, or none where the job asked not to decode.'),
  latents: jobLatentsSchema.nullable(),
  record: z.custom<RunRecord>((value) => typeof value === 'object' && value !== null).describe('The run’s record.'),
  timings: z
    .custom<RunTimings>((value) => typeof value === 'object' && value !== null)
    .describe('Milliseconds by phase.'),
})

export const jobProgressSchema = z.object({
  step: z.number().int().describe('Scheduler steps done.'),
  steps: z.number().int().describe('Of the whole schedule; 0 before the first step is done.'),
  call: z.number().int().describe('Network calls made.'),
  calls: z.number().int(),
  value: z.number().min(0).max(1).describe('call / calls.'),
})

/** A job: the truth about it, which events only hasten. */
export const jobSchema = z.object({
  id: z.string(),
  status: z.enum(jobStatuses),
  model: z.string(),
  priority: z.number().int(),
  created_at: time,
  started_at: time.nullable(),
  finished_at: time.nullable(),
  expires_at: time.nullable().describe('When the job and its pictures are deleted; null until it has ended.'),
  attempt: z.number().int().describe('How often it was begun: 2 where a worker was lost and another took over.'),
  queue_position: z.number().int().nullable().describe('Jobs before it; null once it was begun, or where unknown.'),
  progress: jobProgressSchema,
  result: jobResultSchema.nullable(),
  error: jobErrorSchema.nullable(),
  urls: z.object({ self: z.string(), events: z.string(), cancel: z.string() }),
})

/** A page of jobs, as `GET /v1/jobs` answers. */
export const jobPageSchema = z.object({
  jobs: z.array(jobSchema),
  next: z.string().nullable().describe('`cursor` of the next page.'),
})

export type JobImage = z.infer<typeof jobImageSchema>
export type JobLatents = z.infer<typeof jobLatentsSchema>
export type JobResult = z.infer<typeof jobResultSchema>
export type JobProgress = z.infer<typeof jobProgressSchema>
export type Job = z.infer<typeof jobSchema>
