import { parentPort, workerData } from 'node:worker_threads'
import { draw } from '@neg/core/internal'
import { serveModel } from '@neg/onnx/worker'
import { importOrt } from './import-ort'
import { type LoadOptions, loadModel } from './load-model'
import { parentSide } from './parent-side'
import type { Early } from './start-worker'

/** The thread that hosts a model: onnxruntime blocks it for a whole network call. */
export interface WorkerLoadOptions extends LoadOptions {
  /** Package name, path or file URL of onnxruntime-node. */
  readonly ort?: string
}

if (parentPort) {
  // Started before a model was asked for: the runtime loads meanwhile.
  if (workerData) {
    const { ort, loaded } = workerData as Early
    const told = () => loaded.postMessage('loaded')
    void importOrt(ort).then(told, told)
  }
  serveModel<WorkerLoadOptions>(
    parentSide(parentPort),
    async (options) => loadModel(await importOrt(options.ort), options),
    { draw },
  )
}
