import * as z from 'zod'
import { jobImageSchema, jobSchema, jobStatuses } from './job'
import { payloadSchema } from './payload'

const whole = z.number().int()

/**
 * What `GET /v1/jobs/:id/events` tells. All but `preview` have an id, are kept, and are sent again after `Last-Event-ID`.
 * A job that was begun anew (`status` with a higher `attempt`) tells its steps again, with the same values.
 */
export const jobEventSchemas = {
  status: z.object({
    type: z.literal('status'),
    status: z.enum(jobStatuses),
    attempt: whole,
    queue_position: whole.nullable(),
  }),
  warning: z.object({ type: z.literal('warning'), code: z.string(), message: z.string() }),
  step: z.object({
    type: z.literal('step'),
    step: whole,
    steps: whole,
    call: whole,
    calls: whole,
    run: whole,
    elided: whole,
    observed: whole,
    ms: z.number(),
    x: z.object({ shape: z.array(whole), values: payloadSchema }).optional(),
  }),
  /** A step of the inversion that comes before a run: its calls are counted apart. */
  inversion: z.object({
    type: z.literal('inversion'),
    step: whole,
    steps: whole,
    call: whole,
    calls: whole,
    run: whole,
    ms: z.number(),
  }),
  /** Where a run that finds its own mask draws: a PNG, white. */
  mask: z.object({ type: z.literal('mask'), media: z.string(), data: z.string() }),
  attention: z.object({
    type: z.literal('attention'),
    step: whole,
    call: whole,
    role: z.string(),
    index: whole,
    /** What each column is of. */
    tokens: z.array(z.object({ text: z.string(), positions: z.array(whole) })),
    /** In the order of `values`: of each layer its norms, then its maps. */
    layers: z.array(
      z.object({ name: z.string(), height: whole, width: whole, norms: whole, maps: whole, mean_square: z.number() }),
    ),
    values: payloadSchema,
  }),
  preview: z.object({ type: z.literal('preview'), step: whole, media: z.string(), data: z.string() }),
  image: jobImageSchema.extend({ type: z.literal('image'), media: z.string() }),
  done: z.object({ type: z.literal('done'), job: jobSchema }),
} as const

export const jobEventSchema = z.discriminatedUnion('type', [
  jobEventSchemas.status,
  jobEventSchemas.warning,
  jobEventSchemas.step,
  jobEventSchemas.inversion,
  jobEventSchemas.mask,
  jobEventSchemas.attention,
  jobEventSchemas.preview,
  jobEventSchemas.image,
  jobEventSchemas.done,
])

export type JobEvent = z.infer<typeof jobEventSchema>
export type PreviewEvent = z.infer<typeof jobEventSchemas.preview>
