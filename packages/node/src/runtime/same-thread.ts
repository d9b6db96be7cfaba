import { MessageChannel } from 'node:worker_threads'
import type { Port } from '@neg/onnx'
import { serveModel } from '@neg/onnx/worker'
import type { NodeOrt } from './import-ort'
import { type LoadOptions, loadModel } from './load-model'
import type { StartedWorker } from './start-worker'

/** A host in the caller's own thread, for a runtime that was handed in as a module: modules don't cross threads. */
export function sameThread(ort: NodeOrt): StartedWorker {
  const { port1, port2 } = new MessageChannel()
  const port = (side: typeof port1): Port => ({
    post: (message, transfer = []) => side.postMessage(message, transfer),
    listen(message, lost) {
      side.on('message', message)
      side.on('close', () => lost(new Error('its channel was closed')))
      side.unref()
    },
    hold: (busy) => (busy ? side.ref() : side.unref()),
  })
  serveModel<LoadOptions>(port(port2), (options) => loadModel(ort, options))
  return {
    port: port(port1),
    async end() {
      port1.close()
    },
  }
}
