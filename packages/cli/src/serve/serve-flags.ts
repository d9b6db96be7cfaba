import type { ModelFlags } from '../arguments/model-flags'

/** What `neg serve` and `neg worker` share. */
interface DrawingFlags extends ModelFlags {
  readonly device: string
  /** Modules whose guidances and schedulers jobs may name. */
  readonly plugin?: readonly string[]
  readonly mixPictures: boolean
  readonly concurrency?: number
  readonly data?: string
  readonly prefix: string
  /** Hours. */
  readonly keep: number
  /** Seconds. */
  readonly drain: number
}

export interface ServeFlags extends DrawingFlags {
  readonly port: number
  readonly host: string
  readonly tokens?: string
  readonly newToken?: string
  readonly insecure: boolean
  readonly allowHost?: readonly string[]
  readonly cors?: readonly string[]
  readonly queue: number
  readonly redis?: string
  readonly tensors: boolean
  readonly quiet: boolean
  readonly logPrompts: boolean
}

export interface WorkerFlags extends DrawingFlags {
  readonly redis: string
  /** Seconds. */
  readonly lock: number
}
