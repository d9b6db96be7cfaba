import { NegError } from '@neg/core'
import type { ModelFiles } from '@neg/onnx'
import { type ConnectedSessions, connectSessions } from '@neg/onnx/internal'
import { modelFiles } from './files/model-files'
import { type NodeOptions, parseOptions } from './options'
import { resolveModel } from './resolve-model'
import type { DeviceName } from './runtime/devices'
import { physicalCores } from './runtime/physical-cores'
import type { WorkerSessionsOptions } from './runtime/session-worker'
import { startWorker } from './runtime/start-worker'

/** What a whole model does with its networks; one by one they run as exported. */
const modelOnly = ['mixPictures', 'attention', 'memory'] as const
type ModelOnly = (typeof modelOnly)[number]

/** Which networks, and what to run them on; as `node` has them. */
export interface NodeSessionsOptions extends Omit<NodeOptions, 'ort' | ModelOnly> {
  /** Where onnxruntime-node is: package name, path or URL. */
  readonly ort?: string
}

/** A model folder's networks on this machine, one by one, hosted by a thread of their own. */
export type NodeSessions = ConnectedSessions

/** A model's files: of a folder, or of a Hub id, downloaded; default the embedded model's. @throws as `node` */
export async function nodeFiles(
  model?: string,
  options: Omit<NodeSessionsOptions, 'model' | 'ort' | 'device' | 'threads'> = {},
): Promise<ModelFiles> {
  return modelFiles(await resolveModel(parseOptions({ ...options, ...(model === undefined ? {} : { model }) })))
}

/**
 * The networks of a model folder as sessions: for models whose other parts run elsewhere, and for inference servers. Each
 * is loaded when it is opened.
 *
 * @throws as `node`
 */
export async function nodeSessions(options: NodeSessionsOptions = {}): Promise<NodeSessions> {
  const foreign = modelOnly.find((name) => (options as NodeOptions)[name] !== undefined)
  if (foreign) {
    throw new NegError(
      'option-unknown',
      `nodeSessions() has no option '${foreign}': it gives the networks as they were exported, and who calls them decides the rest.`,
      { where: foreign },
    )
  }
  const checked = parseOptions(options)
  const { device = 'auto', dtype, threads = physicalCores(), ort, signal } = checked
  signal?.throwIfAborted()
  const load: WorkerSessionsOptions = {
    ...(await resolveModel(checked)),
    device: device as DeviceName | 'auto',
    threads,
    dtype,
    ...(typeof ort === 'string' ? { ort } : {}),
  }
  const { port, end } = startWorker('session-worker.js')
  return connectSessions({ port, load, end, signal })
}
