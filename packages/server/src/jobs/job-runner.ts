import { createHash } from 'node:crypto'
import { generate, NegError, type Pixels, type Recipe, type RunEvent, type RunResult, type Tensor } from '@neg/core'
import { prepareRun } from '@neg/core/internal'
import type { JobImage, JobLatents, JobRequest, JobResult } from '@neg/remote/jobs'
import { floatBytes, pathTo, routes, toBase64 } from '@neg/remote/wire'
import type { BlobStore } from '../blobs/blob-store'
import type { PictureCodec } from '../image/picture-codec'
import { createLanes, type Lanes } from '../models/lanes'
import type { HostedModel, ModelHost } from '../models/model-host'
import type { JobReporter, JobTask, RunJob } from '../queue/job-queue'
import { JobLost } from '../queue/refusals'
import { assetKey, imageKey, jobPrefix, latentsKey } from './blob-keys'
import { attentionEvent, payload, stepEvent } from './wire-events'

export interface JobRunnerOptions {
  readonly models: ModelHost
  readonly blobs: BlobStore
  readonly codec: PictureCodec
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** What of a model's graph a job needs: jobs of equal needs may run at the same time. */
function lane({ model }: HostedModel, { recipe, capture }: JobRequest): string {
  const { guidance } = prepareRun(model, recipe).resolved
  return JSON.stringify([[...(guidance.requires ?? [])].sort(), capture !== undefined, recipe.image !== undefined])
}

/** Whether a run that was stopped is gone on with: by another worker, or after a restart. */
const goesOn = ({ aborted, reason }: AbortSignal): boolean =>
  aborted && (reason instanceof JobLost || (NegError.isInstance(reason) && reason.code === 'server-stopping'))

/** `Promise.all`, which waits for all of them also where one rejects. */
async function allEnded<A, B>(work: readonly [Promise<A>, Promise<B> | B]): Promise<[A, B]> {
  await Promise.allSettled(work)
  return Promise.all(work)
}

/** Runs jobs with the models at hand: recipe in, events out, pictures to the blob store. */
export function jobRunner({ models, blobs, codec }: JobRunnerOptions): RunJob {
  const lanes = new Map<HostedModel, Lanes>(models.all.map((one) => [one, createLanes()]))
  return async (task, reporter) => {
    const hosted = models.find(task.model)
    const leave = await lanes.get(hosted)!.enter(lane(hosted, task.request), reporter.signal)
    try {
      return await draw(task, reporter, hosted)
    } catch (error) {
      // Of a job that failed or was canceled nothing stays; one that goes on elsewhere has its results there.
      if (!goesOn(reporter.signal)) await blobs.deleteBelow(jobPrefix(task.id)).catch(() => {})
      throw error
    } finally {
      leave()
    }
  }

  async function draw(task: JobTask, reporter: JobReporter, { shared }: HostedModel): Promise<JobResult> {
    const { recipe, capture, previews, decode, latents } = task.request
    const { signal } = reporter
    const images = await inputImages(task)
    const run = generate(shared, recipe, { signal, capture, previews, decode, images })
    let payloads = 0
    const keep = (values: Float32Array) => payload(values, blobs, task.id, () => payloads++)
    for await (const event of run) await report(event, reporter, task.request, keep)
    const result = await run.result

    // Both end before either fails: whoever cleans up finds all there is.
    const [pictures, kept] = await allEnded([
      keepPictures(task.id, result),
      latents === 'none' ? null : keepLatents(task.id, result.latents),
    ])
    signal.throwIfAborted()
    for (const picture of pictures) reporter.emit({ ...picture, type: 'image', media: picture.type })
    return { images: pictures, latents: kept, record: result.record, timings: result.timings }
  }

  async function keepPictures(id: string, { image, record }: RunResult): Promise<JobImage[]> {
    const { width, height } = image
    if (width === 0) return [] // not decoded
    const bytes = await codec.encode(image, record)
    await blobs.put(imageKey(id, 0), { bytes, type: 'image/png' })
    const url = pathTo(routes.jobImage, { id, index: 0 })
    return [{ index: 0, type: 'image/png', width, height, bytes: bytes.length, sha256: digest(bytes), url }]
  }

  async function keepLatents(id: string, { data, shape }: Tensor): Promise<JobLatents> {
    const bytes = floatBytes(data)
    await blobs.put(latentsKey(id), { bytes, type: 'application/octet-stream' })
    return { shape: [...shape], bytes: bytes.length, sha256: digest(bytes), url: pathTo(routes.jobLatents, { id }) }
  }

  async function inputImages({ principal, request }: JobTask): Promise<Record<string, Pixels>> {
    const { image, control = [] } = request.recipe as Pick<Recipe, 'image' | 'control'>
    const begun = image ? [image.sha256, ...(image.mask === undefined ? [] : [image.mask])] : []
    const digests = new Set([...begun, ...control.map(({ sha256 }) => sha256)])
    const pairs = [...digests].map(async (sha256) => {
      const blob = await blobs.get(assetKey(principal, sha256))
      if (!blob) {
        throw new NegError(
          'image-missing',
          `The server has no picture with SHA-256 ${sha256}: upload it to ${routes.assets}.`,
          {
            where: begun.includes(sha256) ? 'recipe.image' : 'recipe.control',
          },
        )
      }
      return [sha256, await codec.decode(blob.bytes)] as const
    })
    return Object.fromEntries(await Promise.all(pairs))
  }

  async function report(
    event: RunEvent,
    reporter: JobReporter,
    request: JobRequest,
    keep: (values: Float32Array) => ReturnType<typeof payload>,
  ): Promise<void> {
    if (event.type === 'step-end') reporter.emit(await stepEvent(event, request.latents === 'steps' ? keep : undefined))
    else if (event.type === 'inversion-step') reporter.emit({ ...event, type: 'inversion' })
    else if (event.type === 'mask') {
      const data = toBase64(await codec.encode(event.image))
      reporter.emit({ type: 'mask', media: 'image/png', data })
    } else if (event.type === 'warning') reporter.emit(event)
    else if (event.type === 'attention') reporter.emit(await attentionEvent(event, keep))
    else if (event.type === 'preview') {
      const data = toBase64(await codec.encode(event.image))
      reporter.preview({ type: 'preview', step: event.step, media: 'image/png', data })
    }
    // `image` is told once the picture is in the store.
  }
}
