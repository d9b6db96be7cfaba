import type { AttentionOption, Dtype, MemoryOption, ProgressEvent } from '@neg/onnx'
import type { WebDevice } from '../device/choose-device'
import type { AdditionBytes } from '../files/addition-source'
import type { ModelPlace } from '../files/model-files'

/** What the page sends first: the channel of the model, and one for everything beside it. */
export interface Opening {
  readonly neg: 1
  readonly model: MessagePort
  readonly side: MessagePort
  /** A lock that the worker holds as long as it lives; absent where the browser has none. */
  readonly lock?: string
}

/** What the worker loads a model from. */
export interface LoadRequest {
  readonly place: ModelPlace
  readonly device: WebDevice
  readonly threads: number
  readonly dtype?: Dtype
  readonly attention: AttentionOption
  readonly memory: MemoryOption
  readonly cache: 'browser' | 'memory'
  readonly localOnly: boolean
  readonly additions?: AdditionBytes
  /** Address of the folder with onnxruntime-web's files; absent where the bundler has placed them. */
  readonly runtime?: string
}

/** Worker to page, beside the model's own messages. */
export type SideMessage =
  | { readonly kind: 'progress'; readonly event: ProgressEvent }
  /** It holds its lock: from now on its end shows. */
  | { readonly kind: 'alive' }
