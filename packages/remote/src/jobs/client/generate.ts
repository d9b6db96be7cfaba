import { type GenerateInput, NegError, type Run, type RunOptions, type RunResult, type Tensor } from '@neg/core'
import { hasFunctions, pointingToResult, startRun } from '@neg/core/internal'
import { knownCode } from '../http/answer-error'
import { decodePng } from '../png/decode-png'
import type { Job } from '../protocol/job'
import type { JobRequestInput } from '../protocol/job-request'
import { bytesToFloats } from '../protocol/payload'
import { followJob } from './follow-job'
import type { NegServer } from './neg-server'
import { bytesAt, keyOf, type RemoteEvent, remoteEvent } from './remote-event'

export interface RemoteResult extends RunResult {
  readonly job: Job
  /** The picture's PNG file as the server has it, its record inside; absent where the job did not decode. */
  readonly file?: Uint8Array
}

/** A run elsewhere: as a local one, with a job that others can find. */
export interface RemoteRun extends Run<RemoteEvent, RemoteResult> {
  /** The job's id once the server has taken it; rejects as `result` where it did not. */
  readonly id: Promise<string>
  /** Stops listening and lets the job run on: `result` rejects with an AbortError. */
  detach(): void
}

/** As `generate` of core; models and plug-ins are the server's own, by name. */
export interface RemoteOptions extends Pick<RunOptions, 'capture' | 'previews' | 'decode' | 'signal'> {
  /** Which of the server's models; default its first. */
  readonly model?: string
  /** Which x are sent: the final latents, or with every `step-end` its own. Default `final`. */
  readonly latents?: 'final' | 'steps'
  /** 0 to 100, higher is sooner. Default 0. */
  readonly priority?: number
  /** Yours, to find the job again after a crash of this very process. Default a random one. */
  readonly idempotencyKey?: string
}

/**
 * Draws one picture on a neg server: `generate` of core with the model replaced by a server. Starts at once. Aborting, or
 * leaving the loop, cancels the job; a connection that breaks does not.
 *
 * @example
 * const server = negServer({ url: 'http://127.0.0.1:8787' })
 * const { image, record } = await generate(server, { prompt: 'a pirate', negatives: ['eye patch'], seed: 7 }).result
 *
 * @throws `option-invalid` for what is no server. Else nothing itself: `result` rejects with the error that a local run would have had, or with what kept the server
 * from being reached.
 */
export function generate(server: NegServer, recipe: GenerateInput, options: RemoteOptions = {}): RemoteRun {
  checkServer(server)
  const { signal, idempotencyKey, ...asked } = options
  return startRemote(server, signal, async (own) => {
    if (hasFunctions(recipe)) {
      throw new NegError(
        'recipe-invalid',
        'A server can’t be given a function as scale or window; give a curve, such as the record of a run here holds.',
        { where: 'recipe' },
      )
    }
    const request = { ...asked, recipe } as JobRequestInput
    return (await server.submit(request, { signal: own, idempotencyKey })).id
  })
}

/**
 * Goes on with a job that is there already, from its first event on: begun by another process, or before this one was
 * restarted. As with `generate`, aborting cancels it; `detach` does not.
 */
export function attach(server: NegServer, id: string, options: { readonly signal?: AbortSignal } = {}): RemoteRun {
  checkServer(server)
  return startRemote(server, options.signal, async () => id)
}

/** A model, or an address, where a server belongs. */
function checkServer(server: unknown): void {
  const { submit, info } = (server ?? {}) as Readonly<Record<string, unknown>>
  if (typeof submit === 'function') return
  const instead =
    info === undefined
      ? "write const server = negServer({ url: 'http://HOST:PORT' }), then pass server."
      : "this is a model: its generate is another, import { generate } from '@neg/core'."
  throw new NegError('option-invalid', `No server was given: ${instead}`, { where: 'server' })
}

function startRemote(
  server: NegServer,
  outer: AbortSignal | undefined,
  begin: (signal: AbortSignal) => Promise<string>,
): RemoteRun {
  let settle: { resolve(id: string): void; reject(error: unknown): void }
  const id = new Promise<string>((resolve, reject) => (settle = { resolve, reject }))
  id.catch(() => {})
  let detached = false

  const run = startRun<RemoteEvent, RemoteResult>(async (emit, signal) => {
    if (signal.aborted) {
      settle.reject(signal.reason)
      throw signal.reason
    }
    // Not aborted with the run: the job that an answer in flight tells of is to be canceled, too.
    const submitted = begin(new AbortController().signal)
    submitted.then(settle.resolve, settle.reject)
    signal.addEventListener('abort', () => {
      if (!detached) submitted.then((job) => server.cancel(job)).catch(() => {})
    })
    return await listen(server, await submitted, emit, signal)
  }, outer)

  const detach = () => {
    detached = true
    run.abort(new DOMException('Detached from the job, which runs on.', 'AbortError'))
  }
  return pointingToResult({ ...run, id, detach })
}

async function listen(
  server: NegServer,
  id: string,
  emit: (event: RemoteEvent) => void,
  signal: AbortSignal,
): Promise<RemoteResult> {
  const told = new Set<string>()
  let picture: Promise<Uint8Array> | undefined
  for await (const { event } of followJob(server, id, { signal })) {
    if (event.type === 'done') return resultOf(event.job, server, picture, emit, signal)
    const key = keyOf(event)
    if (key !== undefined && told.has(key)) continue
    if (key !== undefined) told.add(key)
    if (event.type === 'image') {
      // On its way while the end of the job is read; told when it is here.
      picture = bytesAt(event.url, server, signal)
      picture.catch(() => {})
    } else emit(await remoteEvent(event, server, signal))
  }
  throw new NegError('remote-malformed', `The events of job ${id} ended without its end.`)
}

async function resultOf(
  job: Job,
  server: NegServer,
  coming: Promise<Uint8Array> | undefined,
  emit: (event: RemoteEvent) => void,
  signal: AbortSignal,
): Promise<RemoteResult> {
  const { result, error } = job
  if (!result || job.status !== 'succeeded') {
    const code = knownCode(error?.code ?? 'job-canceled', 'remote-failed')
    throw new NegError(code, error?.message ?? 'The job was canceled.', { where: error?.details?.where })
  }
  const [first] = result.images
  const [file, latents] = await Promise.all([
    coming ?? (first && bytesAt(first.url, server, signal)),
    latentsOf(job, server, signal),
  ])
  const image = file ? await decodePng(file) : { width: 0, height: 0, data: new Uint8ClampedArray(0) }
  if (first) emit({ type: 'image', image })
  return { image, latents, record: result.record, timings: result.timings, job, ...(file ? { file } : {}) }
}

async function latentsOf({ result }: Job, server: NegServer, signal: AbortSignal): Promise<Tensor> {
  if (!result?.latents) return { data: new Float32Array(0), shape: [0] }
  return { data: bytesToFloats(await bytesAt(result.latents.url, server, signal)), shape: result.latents.shape }
}
