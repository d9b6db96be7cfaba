import type { BlobStore } from '../blobs/blob-store'
import type { Metrics } from '../metrics/metrics'
import type { ModelHost } from '../models/model-host'
import type { Operation } from '../openapi/operation'
import type { JobQueue } from '../queue/job-queue'
import type { Limits } from './limits'

/** What a part of the server's surface tells of itself. */
export interface SurfacePart {
  readonly name: string
  /** For the OpenAPI document: one for each route. */
  readonly operations: readonly Operation[]
}

/** What routes work with. */
export interface ServerContext {
  readonly models: ModelHost
  readonly queue: JobQueue
  readonly blobs: BlobStore
  readonly limits: Limits
  readonly metrics: Metrics
  readonly surface: readonly SurfacePart[]
  /** Whether prompts may stand in the log. */
  readonly logPrompts: boolean
  /** Whether requests carry a token. */
  readonly tokens: boolean
  /** The server has begun to stop: new jobs are refused. */
  stopping(): boolean
}
