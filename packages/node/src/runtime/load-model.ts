import { freemem } from 'node:os'
import { type AttentionOption, createOnnxModel, type MemoryOption, type OnnxModel } from '@neg/onnx/worker'
import { type AdditionPaths, readAdditions } from '../files/addition-files'
import type { NodeOrt } from './import-ort'
import { type LoadSessionsOptions, loadSessions } from './load-sessions'

/** What a model is loaded from; crosses to the worker. */
export interface LoadOptions extends LoadSessionsOptions {
  readonly mixPictures?: boolean
  readonly attention?: AttentionOption
  readonly memory?: MemoryOption
  readonly additions?: AdditionPaths
}

/** Loads a model folder with an onnxruntime, in this thread. */
export async function loadModel(ort: NodeOrt, options: LoadOptions): Promise<OnnxModel> {
  const { files, sessions } = await loadSessions(ort, options)
  const { mixPictures, attention, memory, additions, controlnets } = options
  // A GPU's memory nobody tells.
  const free = sessions.numerics.device === 'cpu' ? (process.availableMemory?.() ?? freemem()) : undefined
  return createOnnxModel({
    files,
    sessions,
    mixPictures,
    attention,
    memory,
    free,
    ...(controlnets ? { controlnets: Object.keys(controlnets) } : {}),
    ...(additions ? await readAdditions(additions) : {}),
  })
}
