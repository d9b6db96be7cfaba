import { parentPort } from 'node:worker_threads'
import { type Port, serveModel } from '@neg/onnx/worker'
import { importOrt } from './import-ort'
import { type LoadOptions, loadModel } from './load-model'

/** The thread that hosts a model: onnxruntime blocks it for a whole network call. */
export interface WorkerLoadOptions extends LoadOptions {
  /** Package name, path or file URL of onnxruntime-node. */
  readonly ort?: string
}

if (parentPort) {
  const parent = parentPort
  const port: Port = {
    post: (message, transfer = []) => parent.postMessage(message, transfer),
    listen: (message) => parent.on('message', message),
  }
  serveModel<WorkerLoadOptions>(port, async (options) => loadModel(await importOrt(options.ort), options))
}
