import { NegError } from '@neg/core'
import { HttpFailure, type RetryOptions } from '@neg/core/internal'
import type * as z from 'zod'
import { pathTo } from '../../wire/path-to'
import { type RequestOptions, type RequestSettings, request, unanswered } from '../http/request'
import { assetSchema } from '../protocol/asset'
import { type Job, type JobStatus, jobPageSchema, jobSchema } from '../protocol/job'
import type { JobRequestInput } from '../protocol/job-request'
import { jobHeaders, routes } from '../protocol/routes'
import { type Capabilities, capabilitiesSchema, type ServerModel, serverModelsSchema } from '../protocol/server-model'

export interface NegServerOptions extends RetryOptions {
  /** Where the server is: `http://127.0.0.1:8787`, or a path below which a proxy has it. */
  readonly url: string
  /** Sent to this server's origin only. */
  readonly token?: string
  /** For the head of one answer, in milliseconds. Default 60 000. */
  readonly timeout?: number
  /** Default the platform's. */
  readonly fetch?: typeof globalThis.fetch
}

interface Call {
  readonly signal?: AbortSignal
}

/** The jobs of one neg server. Every method repeats what failed on the way, as `RetryOptions` says. */
export interface NegServer {
  readonly url: string
  /**
   * Hands in a job. A lost answer does no harm: repeats carry the same idempotency key.
   * @param options.idempotencyKey Yours, to find the job again from another process; default a random one.
   */
  submit(request: JobRequestInput, options?: Call & { readonly idempotencyKey?: string }): Promise<Job>
  job(id: string, options?: Call): Promise<Job>
  jobs(query?: { readonly status?: JobStatus; readonly cursor?: string; readonly limit?: number } & Call): Promise<{
    readonly jobs: readonly Job[]
    readonly next: string | null
  }>
  cancel(id: string, options?: Call): Promise<Job>
  /** Cancels it if it runs, and deletes its pictures. */
  delete(id: string, options?: Call): Promise<void>
  /** Keeps a picture (PNG, JPEG, WebP) that recipes can name by the SHA-256 it gives. */
  upload(picture: Uint8Array, type: string, options?: Call): Promise<{ sha256: string; width: number; height: number }>
  models(options?: Call): Promise<readonly ServerModel[]>
  capabilities(options?: Call): Promise<Capabilities>
  /** Any other request to the server, with its token, repeats and errors. */
  request(path: string, options?: RequestOptions): Promise<Response>
}

/** 128 random bits; `randomUUID` is there on secure pages only. */
const randomKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const keptPicture = assetSchema.omit({ bytes: true })

/**
 * A neg server, as seen from here.
 * @throws `option-invalid` for a URL that is none
 */
export function negServer(options: NegServerOptions): NegServer {
  const { url, token, timeout = 60_000, fetch = globalThis.fetch } = options
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new NegError('option-invalid', `'${url}' is no address of a server; expected http://HOST:PORT.`, {
      where: 'url',
    })
  }
  const base = new URL(url.endsWith('/') ? url : `${url}/`)
  const settings: RequestSettings = { ...options, base, token, timeout, fetch: (...input) => fetch(...input) }
  const call = (path: string, more?: RequestOptions) => request(settings, path, more)
  const read = async <T>(schema: z.ZodType<T>, path: string, more?: RequestOptions): Promise<T> => {
    const response = await call(path, more)
    const text = await response.text().catch((failure) => {
      throw failure instanceof HttpFailure ? unanswered(failure, base, timeout) : failure
    })
    const parsed = schema.safeParse(jsonOf(text))
    if (parsed.success) return parsed.data
    throw new NegError('remote-malformed', `What ${base.origin} answers is not what a neg server does: is it one?`, {
      cause: parsed.error,
    })
  }
  const at = (id: string) => pathTo(routes.job, { id })

  return {
    url,
    request: call,
    submit: (job, { signal, idempotencyKey = randomKey() } = {}) =>
      read(jobSchema, routes.jobs, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [jobHeaders.idempotencyKey]: idempotencyKey },
        body: JSON.stringify(job, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
        signal,
      }),
    job: (id, { signal } = {}) => read(jobSchema, at(id), { signal }),
    jobs({ signal, ...query } = {}) {
      const asked = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))
      return read(jobPageSchema, `${routes.jobs}?${new URLSearchParams(asked)}`, { signal })
    },
    cancel: (id, { signal } = {}) => read(jobSchema, pathTo(routes.jobCancel, { id }), { method: 'POST', signal }),
    async delete(id, { signal } = {}) {
      await call(at(id), { method: 'DELETE', signal }).catch((error) => {
        // A repeat after a lost answer finds nothing, which is what was wanted.
        if (!NegError.isInstance(error) || error.code !== 'job-missing') throw error
      })
    },
    upload: (picture, type, { signal } = {}) =>
      read(keptPicture, routes.assets, { method: 'POST', headers: { 'content-type': type }, body: picture, signal }),
    models: async ({ signal } = {}) => (await read(serverModelsSchema, routes.models, { signal })).data,
    capabilities: ({ signal } = {}) => read(capabilitiesSchema, routes.capabilities, { signal }),
  }
}
