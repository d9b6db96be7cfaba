import module from 'node:module'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
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

/** What a thread that is started before its model is known loads meanwhile, and where it says that it has. */
export interface Early {
  readonly ort: string
  readonly loaded: MessagePort
}

interface Waiting {
  readonly worker: Worker
  readonly loaded: MessagePort
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

function start(file: WorkerFile, early?: Early): Worker {
  const given = early ? { workerData: early, transferList: [early.loaded] } : {}
  const options = { ...workerFlags(), ...compileCache(), ...given, resourceLimits }
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
  const { port1, port2 } = new MessageChannel()
  const worker = start('model-worker.js', { ort: 'onnxruntime-node', loaded: port2 })
  port1.unref()
  const one: Waiting = { worker, loaded: port1 }
  one.worker.on('error', (error) => {
    one.lost = error instanceof Error ? error : new Error(String(error))
  })
  one.worker.on('exit', (code) => {
    one.lost ??= new Error(`it ended with exit code ${code}`)
  })
  waiting = one
}

/**
 * Ends the thread of `prestart` where no model took it. A process that ends while a thread loads onnxruntime's native part is aborted by it
 * (`Napi::Error`, SIGABRT), so this waits until that is there; nothing is waited for where there is no such thread.
 */
export async function endPrestarted(): Promise<void> {
  const one = waiting
  waiting = undefined
  if (!one || one.lost) return
  await new Promise<void>((resolve) => {
    one.loaded.once('message', () => resolve())
    one.worker.once('exit', () => resolve())
    one.loaded.ref()
  })
  one.loaded.close()
  await one.worker.terminate()
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
