import type { CallOptions } from '@neg/core'
import { inferenceRoutes } from '../wire/inference-routes'
import { pathTo } from '../wire/path-to'
import type { WireTensor } from '../wire/wire-tensor'

/** How tensors travel: HTTP with the binary extension, gRPC with raw contents, or HTTP with numbers as JSON text. */
export type TransportName = 'http-binary' | 'grpc' | 'http-json'

/** One inference. */
export interface InferRequest extends CallOptions {
  readonly model: string
  readonly version?: string
  readonly inputs: readonly WireTensor[]
  /** Which outputs to send back. */
  readonly outputs: readonly string[]
  /** Milliseconds until `remote-timeout`. */
  readonly timeout: number
}

export interface InferAnswer {
  readonly outputs: readonly WireTensor[]
  /** Bytes of the request's and the answer's body. */
  readonly sent: number
  readonly received: number
}

export interface Transport {
  readonly name: TransportName
  infer(request: InferRequest): Promise<InferAnswer>
}

let last = 0

/** Always sent: a KServe model that echoes a missing id answers 500. */
export const nextId = (): string => `neg-${++last}`

/** The path of a model. */
export const modelPath = (model: string, version?: string): string =>
  version === undefined ? pathTo(inferenceRoutes.model, { model }) : pathTo(inferenceRoutes.version, { model, version })
