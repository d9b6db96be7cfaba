import type { CallOptions, ModelInfo } from '@neg/core'
import type { GraphNodes } from '../graph/graph-nodes'
import type { GraphPatch } from '../graph/graph-patch'
import type { Weights } from '../graph/weight-widths'
import type { Value, ValueInfo } from './value'

/**
 * A network ready to run, wherever it runs: onnxruntime in this process, or an inference server. A plain object.
 */
export interface Session {
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  /**
   * Runs the network once. `feeds` holds every input; the answer holds every output, or those named in `outputs`.
   * @throws `runtime-failed`, `out-of-memory`
   */
  run(
    feeds: Readonly<Record<string, Value>>,
    options?: CallOptions & { readonly outputs?: readonly string[] },
  ): Promise<Readonly<Record<string, Value>>>
  /** Frees its memory. Idempotent. */
  release(): Promise<void>
}

/** What a graph takes and gives, known without its weights. */
export interface Signature {
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
}

/** The parts of a model folder that are networks, by folder name: `text_encoder`, `vae_decoder` … */
export interface SessionFactory {
  /** Which of the folder's networks are there. */
  readonly parts: readonly string[]
  readonly numerics: ModelInfo['numerics']
  /** Digest material of a part: hex SHA-256 of each of its files, by path. */
  digests(part: string): Promise<readonly (readonly [path: string, sha256: string])[]>
  /** The same of the folder's configs, where its files are at hand. */
  configs?(): Promise<readonly (readonly [path: string, sha256: string])[]>
  /** A part's inputs and outputs, before weights are read. @throws `model-file-malformed`, `model-file-missing` */
  signature(part: string): Promise<Signature>
  /**
   * What a part computes, node by node; absent where graphs can't be patched (a server runs them as they are).
   * @throws `model-file-malformed`, `model-file-missing`
   */
  nodes?(part: string): Promise<GraphNodes>
  /** Bytes of a part's files; absent where they are elsewhere. */
  bytes?(part: string): Promise<number>
  /** Opens a graph that is no part of the model, with what the parts run with; absent where only they can be run. */
  openGraph?(name: string, bytes: Uint8Array): Promise<Session>
  /** Shapes and types of a part's weights, by name; absent where graphs aren't at hand. */
  weights?(part: string): Promise<Weights>
  /** @throws `model-file-malformed`, `runtime-failed`, `out-of-memory` */
  open(part: string, patch?: GraphPatch): Promise<Session>
}
