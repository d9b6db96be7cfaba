import type { DiffusionModel } from '@neg/core'
import { defaultLimits } from '../app/limits'
import type { BlobStore } from '../blobs/blob-store'
import { pictureCodec } from '../image/node-codec'
import type { PictureCodec } from '../image/picture-codec'
import { jobRunner } from '../jobs/job-runner'
import { hostModels } from '../models/model-host'
import { type RedisWorker, type RedisWorkerOptions, redisWorker } from './redis-worker'

export interface WorkerOptions extends Omit<RedisWorkerOptions, 'run'> {
  /** As of the server: names and order must be the same. */
  readonly models: DiffusionModel | Readonly<Record<string, DiffusionModel>>
  /** As of the server. */
  readonly blobs: BlobStore
  readonly codec?: PictureCodec
}

/** A worker that draws with the models at hand. They are the caller's to dispose. */
export function startWorker({ models, blobs, codec, concurrency, ...options }: WorkerOptions): RedisWorker {
  const hosted = hostModels(models)
  const together = hosted.all.some(({ model }) => model.info.mixesPictures)
  const run = jobRunner({ models: hosted, blobs, codec: codec ?? pictureCodec(defaultLimits.assetPixels) })
  return redisWorker({ ...options, run, concurrency: concurrency ?? (together ? 4 : 1) })
}
