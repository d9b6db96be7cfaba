import { type AttentionOption, createOnnxModel, type OnnxModel } from '@neg/onnx/worker'
import type { NodeOrt } from './import-ort'
import { type LoadSessionsOptions, loadSessions } from './load-sessions'

/** What a model is loaded from; crosses to the worker. */
export interface LoadOptions extends LoadSessionsOptions {
  readonly mixPictures?: boolean
  readonly attention?: AttentionOption
}

/** Loads a model folder with an onnxruntime, in this thread. */
export async function loadModel(ort: NodeOrt, options: LoadOptions): Promise<OnnxModel> {
  const { files, sessions } = await loadSessions(ort, options)
  return createOnnxModel({ files, sessions, mixPictures: options.mixPictures, attention: options.attention })
}
