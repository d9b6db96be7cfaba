import { NegError } from '@neg/core'
import type { Port, ProgressCallback } from '@neg/onnx'
import type { Opening, SideMessage } from './worker/messages'

/** A worker that waits to be told what to load. */
export interface OpenedWorker {
  readonly port: Port
  /** Ends it and frees its memory. Idempotent. */
  end(): Promise<void>
}

let opened = 0

/** @throws `worker-lost` where the worker cannot be made at all */
export function openWorker(make: () => Worker, onProgress: ProgressCallback = () => {}): OpenedWorker {
  let worker: Worker
  try {
    worker = make()
  } catch (cause) {
    throw new NegError('worker-lost', `The model's worker could not be started: ${cause}.`, { cause })
  }
  const model = new MessageChannel()
  const side = new MessageChannel()
  const lock = globalThis.navigator?.locks
    ? `neg worker ${++opened} ${crypto.getRandomValues(new Uint32Array(2)).join('-')}`
    : undefined
  let tellLost: (reason: Error) => void = () => {}
  let over = false
  const lost = (reason: string) => {
    if (over) return
    over = true
    close()
    tellLost(new Error(reason))
  }
  const close = () => {
    worker.terminate()
    model.port1.close()
    side.port1.close()
  }

  worker.onerror = (event) => {
    event.preventDefault()
    // Without a message the script itself could not be had.
    lost(event.message ? event.message : 'its script could not be loaded')
  }
  side.port1.onmessage = ({ data }: MessageEvent<SideMessage>) => {
    if (data.kind === 'progress') return onProgress(data.event)
    // A worker that is closed or killed tells nobody, but its lock becomes free.
    if (lock !== undefined)
      void navigator.locks.request(lock, () => lost('the browser or something on the page closed it'))
  }
  const opening: Opening = { neg: 1, model: model.port2, side: side.port2, ...(lock === undefined ? {} : { lock }) }
  worker.postMessage(opening, [model.port2, side.port2])

  return {
    port: {
      post: (message, transfer = []) => model.port1.postMessage(message, [...transfer]),
      listen(message, onLost) {
        tellLost = onLost
        model.port1.onmessage = ({ data }) => message(data)
      },
    },
    async end() {
      if (over) return
      over = true
      close()
    },
  }
}
