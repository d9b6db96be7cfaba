import { parentPort } from 'node:worker_threads'
import { serveSessions } from '@neg/onnx/worker'
import { importOrt } from './import-ort'
import { type LoadSessionsOptions, loadSessions } from './load-sessions'
import { parentSide } from './parent-side'

/** The thread that hosts single networks: onnxruntime blocks it for a whole call. */
export interface WorkerSessionsOptions extends LoadSessionsOptions {
  /** Package name, path or file URL of onnxruntime-node. */
  readonly ort?: string
}

if (parentPort) {
  serveSessions<WorkerSessionsOptions>(parentSide(parentPort), async (options) => {
    const { sessions } = await loadSessions(await importOrt(options.ort), options)
    return sessions
  })
}
