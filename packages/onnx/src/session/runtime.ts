import type { Session } from './session'

/** A serialized ONNX model: a file on disk where there is one, else its bytes. */
export interface GraphSource {
  /** What errors call it: `vae_decoder/model.onnx`. */
  readonly name: string
  /** Absolute path: the runtime finds external data beside it by itself. */
  readonly path?: string
  readonly bytes?: Uint8Array
  /** Data that the graph keeps in other files, by the names the graph uses. */
  readonly external?: readonly { readonly path: string; readonly data: Uint8Array }[]
  /** With `bytes`: absolute path of the file they were read from, beside which external data lies. */
  readonly besides?: string
}

/** Something that runs ONNX graphs on this machine. */
export interface Runtime {
  /** `onnxruntime-node`, `onnxruntime-web`. */
  readonly name: string
  readonly version: string
  readonly device: string
  readonly threads: number
  /** It takes `path`; otherwise `bytes`. */
  readonly paths: boolean
  /** @throws `model-file-malformed`, `runtime-failed`, `out-of-memory` */
  open(source: GraphSource): Promise<Session>
}
