import { createHash } from 'node:crypto'
import { NegError } from '@neg/core'
import { routes } from '@neg/remote/wire'
import type { AppContext, RouteGroup } from '../app/route-group'
import { registered } from '../app/route-path'
import type { ServerContext } from '../app/server-context'
import type { StoredBlob } from '../blobs/blob-store'
import { imageKey, latentsKey, payloadKey } from '../jobs/blob-keys'
import { ownJob } from './own-job'

const file = (summary: string, path: string, id: string, type: string) =>
  ({
    method: 'get',
    path,
    id,
    summary,
    tag: 'jobs',
    headers: { 'If-None-Match': 'Answered with 304 when it is the file’s ETag.', Range: '`bytes=FROM-TO`: a part.' },
    answers: {
      200: { description: 'The file.', content: { [type]: 'binary' } },
      206: { description: 'The part that was asked for.', content: { [type]: 'binary' } },
      304: { description: 'You have it.' },
    },
  }) as const

/** What a job left: its picture, its latents, and values that were too many for an event. */
export const jobFileRoutes: RouteGroup = {
  name: 'job files',
  operations: [
    file('A picture of a job.', routes.jobImage, 'getImage', 'image/png'),
    file('A job’s final latents: float32, little-endian.', routes.jobLatents, 'getLatents', 'application/octet-stream'),
    file('Values of an event: float32, little-endian.', routes.jobValues, 'getValues', 'application/octet-stream'),
  ],
  register(app, context) {
    app.get(registered(routes.jobImage), (c) => answer(c, context, (id, index) => imageKey(id, index)))
    app.get(registered(routes.jobLatents), (c) => answer(c, context, (id) => latentsKey(id)))
    app.get(registered(routes.jobValues), (c) => answer(c, context, (id, index) => payloadKey(id, index)))
  },
}

async function answer(c: AppContext, context: ServerContext, key: (id: string, index: number) => string) {
  const job = await ownJob(c, context)
  const index = c.req.param('index') ?? '0'
  const blob = /^\d{1,9}$/.test(index) ? await context.blobs.get(key(job.id, Number(index))) : undefined
  if (!blob) throw new NegError('job-missing', 'The job has no such file, or not yet.', { where: 'index' })
  return fileAnswer(c, blob)
}

/** A file with its ETag (SHA-256), or the part that a `Range` header asks for (RFC 9110, section 14). */
function fileAnswer(c: AppContext, { bytes, type }: StoredBlob): Response {
  const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`
  const headers = {
    ETag: etag,
    'Content-Type': type,
    'Cache-Control': 'private, max-age=31536000, immutable',
    'Accept-Ranges': 'bytes',
    'X-Content-Type-Options': 'nosniff',
  }
  for (const [name, value] of Object.entries(headers)) c.header(name, value)
  const tags = c.req
    .header('if-none-match')
    ?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
  if (tags?.some((tag) => tag === etag || tag === '*')) return c.body(null, 304)

  const range = /^bytes=(\d*)-(\d*)$/.exec(c.req.header('range') ?? '')
  const whole = () => c.body(new Uint8Array(bytes), 200)
  if (!range || (range[1] === '' && range[2] === '')) return whole()
  const from = range[1] === '' ? Math.max(0, bytes.length - Number(range[2])) : Number(range[1])
  const to = range[1] === '' || range[2] === '' ? bytes.length - 1 : Math.min(bytes.length - 1, Number(range[2]))
  if (from > to) {
    c.header('Content-Range', `bytes */${bytes.length}`)
    return c.body(null, 416)
  }
  c.header('Content-Range', `bytes ${from}-${to}/${bytes.length}`)
  return c.body(new Uint8Array(bytes.subarray(from, to + 1)), 206)
}
