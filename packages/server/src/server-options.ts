import type { DiffusionModel } from '@neg/core'
import type { Limits } from './app/limits'
import type { Log } from './app/request-log'
import type { RouteGroup } from './app/route-group'
import type { ServerContext } from './app/server-context'
import type { TokenSpec } from './auth/token'
import type { BlobStore } from './blobs/blob-store'
import type { PictureCodec } from './image/picture-codec'
import type { JobQueue } from './queue/job-queue'
import type { SnapshotStore } from './queue/queue-snapshot'

export interface ServerOptions {
  /** A model, or several by the names that requests use; the first is the default. */
  readonly models: DiffusionModel | Readonly<Record<string, DiffusionModel>>
  /** Address to listen on. Default 127.0.0.1: this machine only. */
  readonly host?: string
  /** Default 0: any free one. */
  readonly port?: number
  /** Who may use the server. Without any, whoever reaches it, which must be this machine only. */
  readonly tokens?: readonly TokenSpec[]
  /** Allow an address beyond this machine without tokens. Default false. */
  readonly insecure?: boolean
  /** Further names by which the server is called (Host header), with or without port. */
  readonly hosts?: readonly string[]
  /** Origins whose pages may use the server. Default none. */
  readonly cors?: readonly string[]
  readonly limits?: Partial<Limits>
  /** Where jobs wait. Default: in this process, which then runs them. */
  readonly queue?: JobQueue
  /** Jobs run at a time, with the queue in this process. Default 4 where the model takes several pictures a call, else 1. */
  readonly concurrency?: number
  /** Where a queue in this process leaves its jobs when it closes. Default nowhere: they end as failed. */
  readonly store?: SnapshotStore
  /** Where pictures are kept. Default in this process. */
  readonly blobs?: BlobStore
  /** How long ended jobs and their pictures are kept, in milliseconds. Default 24 hours. */
  readonly keep?: number
  /** Default: PNG by `@neg/node`. */
  readonly codec?: PictureCodec
  /** Further parts of the surface. */
  readonly routes?: readonly RouteGroup[]
  /** Gets a line for each request. Default nobody. */
  readonly log?: Log
  /** Whether lines may hold prompts. Default false. */
  readonly logPrompts?: boolean
  /** Told of mistakes of the server. Default nobody. */
  readonly onMistake?: (error: unknown, requestId: string) => void
}

export interface NegServer {
  /** Where it listens: `http://127.0.0.1:8787`. */
  readonly url: string
  readonly port: number
  readonly context: ServerContext
  /**
   * Takes no more jobs, lets those that run end for up to `drain` milliseconds (default 30 000), keeps what is left where
   * the queue can, and stops listening. The models are the caller's to dispose.
   * @throws `write-failed`, after it stopped, where jobs could not all be kept
   */
  close(options?: { readonly drain?: number }): Promise<void>
}
