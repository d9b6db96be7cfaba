import { Worker } from 'node:worker_threads'
import type { Port } from '@neg/onnx'

/** A worker thread with a model's host in it, and how to end it. */
export interface StartedWorker {
  readonly port: Port
  end(): Promise<void>
}

/**
 * Node flags for the thread: this process's own, which may say how packages are found. `--input-type` tells what a main
 * script given as text is, and forbids a thread to start from a file: then none.
 */
const workerFlags = (): { execArgv?: string[] } =>
  process.execArgv.some((flag) => flag.startsWith('--input-type')) ? { execArgv: [] } : {}

/** Starts the thread; it hosts a whole model, or sessions one by one. It keeps the process alive only while calls wait. */
export function startWorker(file: 'model-worker.js' | 'session-worker.js' = 'model-worker.js'): StartedWorker {
  const worker = new Worker(new URL(`./${file}`, import.meta.url), workerFlags())
  worker.unref()
  return {
    port: {
      post: (message, transfer = []) => worker.postMessage(message, transfer),
      listen(message, lost) {
        let told = false
        const once = (reason: Error) => {
          if (!told) lost(reason)
          told = true
        }
        worker.on('message', message)
        worker.on('messageerror', once)
        worker.on('error', (error) => once(error instanceof Error ? error : new Error(String(error))))
        worker.on('exit', (code) => once(new Error(`it ended with exit code ${code}`)))
      },
      hold: (busy) => (busy ? worker.ref() : worker.unref()),
    },
    async end() {
      await worker.terminate()
    },
  }
}
