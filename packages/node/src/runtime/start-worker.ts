import module from 'node:module'
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

type WorkerFile = 'model-worker.js' | 'session-worker.js'

interface Waiting {
  readonly worker: Worker
  /** Why it is gone, where it ended before it was taken. */
  lost?: Error
}

let waiting: Waiting | undefined

/** Most of what a host throws away is small: by default the young of its heap may grow to 48 MiB before anybody looks. */
const resourceLimits = { maxYoungGenerationSizeMb: 8 }

/**
 * Where a program keeps compiled modules from one start to the next (`module.enableCompileCache`, Node 22), its threads do so only where
 * their environment names the folder.
 */
function compileCache(): { env?: NodeJS.ProcessEnv } {
  const folder = (module as { getCompileCacheDir?(): string | undefined }).getCompileCacheDir?.()
  return folder === undefined ? {} : { env: { ...process.env, NODE_COMPILE_CACHE: folder } }
}

function start(file: WorkerFile, workerData?: unknown): Worker {
  const options = { ...workerFlags(), ...compileCache(), workerData, resourceLimits }
  const worker = new Worker(new URL(`./${file}`, import.meta.url), options)
  worker.unref()
  return worker
}

/**
 * Starts a model's thread before it is known which model: it loads its code and onnxruntime-node meanwhile, and the next `node()`
 * takes it. For programs that are about to open a model, such as the command line.
 */
export function prestart(): void {
  if (waiting) return
  const one: Waiting = { worker: start('model-worker.js', 'onnxruntime-node') }
  one.worker.on('error', (error) => {
    one.lost = error instanceof Error ? error : new Error(String(error))
  })
  one.worker.on('exit', (code) => {
    one.lost ??= new Error(`it ended with exit code ${code}`)
  })
  waiting = one
}

/** Starts the thread; it hosts a whole model, or sessions one by one. It keeps the process alive only while calls wait. */
export function startWorker(file: WorkerFile = 'model-worker.js'): StartedWorker {
  const ready = file === 'model-worker.js' && waiting && !waiting.lost ? waiting.worker : undefined
  if (ready) waiting = undefined
  const worker = ready ?? start(file)
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
