import { consecutiveSeeds, NegError, type RecipeInput } from '@neg/core'
import type { Job } from '@neg/remote/jobs'
import { isTerminal } from '@neg/remote/wire'
import * as z from 'zod'
import { parseWith } from '../app/parse-with'
import { readJson } from '../app/read-body'
import type { AppContext, Principal, RouteGroup } from '../app/route-group'
import type { ServerContext } from '../app/server-context'
import { requireScope } from '../auth/authenticate'
import { imageKey } from '../jobs/blob-keys'
import { checkJob } from '../jobs/job-request'
import type { JobState } from '../queue/job-state'
import { eventStream, type Message } from './event-stream'
import { submit } from './submit'

const text = z.string()

/** OpenAI's request, with what image models beyond OpenAI's take. What would be ignored is refused. */
const requestSchema = z.strictObject({
  prompt: text,
  model: text.nullable().optional(),
  n: z.number().int().min(1).nullable().optional(),
  size: z
    .string()
    .regex(/^(auto|\d{1,5}x\d{1,5})$/, { message: 'expected WIDTHxHEIGHT or auto' })
    .nullable()
    .optional(),
  response_format: z.enum(['b64_json', 'url']).nullable().optional(),
  output_format: z.literal('png').nullable().optional(),
  quality: z.literal('auto').nullable().optional(),
  background: z.enum(['auto', 'opaque']).nullable().optional(),
  stream: z.boolean().nullable().optional(),
  partial_images: z.number().int().min(0).max(3).nullable().optional(),
  negative_prompt: z
    .union([text, z.array(text).max(64)])
    .nullable()
    .optional(),
  guidance_scale: z.number().nullable().optional(),
  seed: z.union([z.number().int(), text]).nullable().optional(),
  num_inference_steps: z.number().int().min(1).nullable().optional(),
  scheduler: text.nullable().optional(),
  guidance: text.nullable().optional(),
})
type ImagesRequest = z.infer<typeof requestSchema>

const imagesSchema = z.object({
  created: z.number().int(),
  data: z.array(z.object({ b64_json: text.optional(), url: text.optional(), seed: text })),
  output_format: z.literal('png'),
  size: text,
})

/** `POST /v1/images/generations` as OpenAI's clients send it, with negative prompt, guidance scale and seed. */
export const openaiImageRoutes: RouteGroup = {
  name: 'openai images',
  operations: [
    {
      method: 'post',
      path: '/v1/images/generations',
      id: 'generateImages',
      summary:
        'OpenAI’s image API with `negative_prompt`, `guidance_scale` and `seed`. Closing the connection cancels.',
      tag: 'openai',
      body: { 'application/json': requestSchema },
      answers: {
        200: {
          description: 'The pictures, or with `stream` the events of OpenAI’s API.',
          content: { 'application/json': imagesSchema, 'text/event-stream': 'text' },
        },
      },
    },
  ],
  register(app, context) {
    app.post('/v1/images/generations', async (c) => {
      const principal = requireScope(c, 'jobs')
      const request = parseWith(requestSchema, await readJson(c, context.limits.jsonBytes))
      const jobs = await begin(context, principal, request)
      if (request.stream) return streamed(c, context, jobs, request)
      return whole(c, context, jobs, request)
    })
  },
}

/** A field that was given: OpenAI's clients write null for what was not. */
const given = <K extends string, T>(key: K, value: T | null | undefined): { [key in K]?: T } =>
  (value == null ? {} : { [key]: value }) as { [key in K]?: T }

/** One job for each picture, from consecutive seeds. */
async function begin(context: ServerContext, principal: Principal, request: ImagesRequest): Promise<JobState[]> {
  const { n, size, negative_prompt: negative, partial_images: partial } = request
  const count = n ?? 1
  if (count > context.limits.images) {
    throw new NegError(
      'limit-exceeded',
      `n is ${count}; at most ${context.limits.images} pictures are drawn at once.`,
      {
        where: 'n',
      },
    )
  }
  const [width, height] = !size || size === 'auto' ? [] : size.split('x').map(Number)
  const recipe: RecipeInput = {
    prompt: request.prompt,
    ...(negative == null || negative === '' ? {} : { negatives: [negative].flat() }),
    ...given('scale', request.guidance_scale),
    ...given('steps', request.num_inference_steps),
    ...given('scheduler', request.scheduler),
    ...given('guidance', request.guidance),
    ...(width === undefined ? {} : { width, height }),
  }
  const parts = request.stream && partial ? partial + 1 : undefined
  const checked = consecutiveSeeds(request.seed ?? undefined, count).map((seed) => {
    const body = {
      recipe: { ...recipe, seed },
      latents: 'none',
      ...given('model', request.model),
    }
    const job = checkJob(body, context.models, context.limits)
    if (parts === undefined) return job
    const every = Math.max(1, Math.floor(job.steps / parts))
    return { ...job, request: { ...job.request, previews: { every } } }
  })
  const jobs: JobState[] = []
  try {
    for (const job of checked) jobs.push((await submit(context, principal, job)).job)
  } catch (error) {
    for (const { id } of jobs) await context.queue.cancel(id)
    throw error
  }
  return jobs
}

const sizeOf = (job: JobState) => `${job.result?.images[0]?.width}x${job.result?.images[0]?.height}`

/** Waits for a job; if the caller goes, the job is canceled. @throws the job's error */
async function finished({ queue }: ServerContext, { id }: JobState, signal: AbortSignal): Promise<JobState> {
  for await (const { event } of queue.follow(id, undefined, signal)) if (event.type === 'done') break
  const job = await queue.get(id)
  if (job?.status === 'succeeded') return job
  if (job && !isTerminal(job.status)) await queue.cancel(id)
  throw errorOfJob(job?.error ?? null)
}

const errorOfJob = (error: Job['error']): NegError =>
  NegError.fromJSON({
    code: (error?.code ?? 'job-canceled') as NegError['code'],
    message: error?.message ?? 'The job was deleted.',
    where: error?.details?.where,
  })

async function picture(
  c: { url: string },
  context: ServerContext,
  job: JobState,
  format: ImagesRequest['response_format'],
) {
  const seed = job.result!.record.recipe.seed
  if (format === 'url') return { url: new URL(job.result!.images[0].url, c.url).href, seed }
  const blob = await context.blobs.get(imageKey(job.id, 0))
  if (!blob) throw new NegError('job-missing', 'The picture was deleted before it could be sent.')
  return { b64_json: Buffer.from(blob.bytes).toString('base64'), seed }
}

const now = () => Math.floor(Date.now() / 1000)

async function whole(c: AppContext, context: ServerContext, jobs: JobState[], { response_format }: ImagesRequest) {
  const { signal } = c.req.raw
  const ended = await Promise.all(jobs.map((job) => finished(context, job, signal))).catch(async (error) => {
    for (const { id } of jobs) await context.queue.cancel(id)
    throw error
  })
  const data = await Promise.all(ended.map((job) => picture({ url: c.req.url }, context, job, response_format)))
  return c.json({ created: now(), data, output_format: 'png', size: sizeOf(ended[0]) })
}

/** OpenAI's events: partial images while it draws, then each picture. */
function streamed(c: AppContext, context: ServerContext, jobs: JobState[], request: ImagesRequest): Response {
  const controller = new AbortController()
  async function* messages(): AsyncGenerator<Message, void, undefined> {
    for (const { id } of jobs) {
      let index = 0
      for await (const { event } of context.queue.follow(id, undefined, controller.signal)) {
        if (event.type === 'preview' && index < (request.partial_images ?? 0)) {
          const type = 'image_generation.partial_image'
          const about = { output_format: 'png', size: request.size ?? 'auto', quality: 'auto', background: 'opaque' }
          yield {
            event: type,
            data: { type, b64_json: event.data, partial_image_index: index++, created_at: now(), ...about },
          }
        }
        if (event.type === 'done') break
      }
      const job = await context.queue.get(id)
      if (job?.status !== 'succeeded') {
        const { code, message } = errorOfJob(job?.error ?? null)
        yield { event: 'error', data: { type: 'error', error: { code, message, type: 'server_error', param: null } } }
        return
      }
      const type = 'image_generation.completed'
      const { b64_json, seed } = await picture({ url: '' }, context, job, 'b64_json')
      const about = { output_format: 'png', size: sizeOf(job), quality: 'auto', background: 'opaque' }
      yield { event: type, data: { type, b64_json, seed, created_at: now(), ...about } }
    }
  }
  return eventStream(c, messages(), {
    onEnd(early) {
      controller.abort()
      if (early) for (const { id } of jobs) context.queue.cancel(id).catch(() => {})
    },
  })
}
