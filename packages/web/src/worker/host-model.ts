import { createOnnxModel, localSessions, type OrtModule, type Port, serveModel } from '@neg/onnx/worker'
import { receivedAdditions } from '../files/addition-source'
import { modelFiles } from '../files/model-files'
import { openStore } from '../files/open-store'
import type { LoadRequest, Opening, SideMessage } from './messages'
import { webRuntime } from './web-runtime'

/** Brings onnxruntime-web, of the kind that the device needs. */
export type LoadRuntime = (folder: string | undefined) => Promise<OrtModule>

const portOf = (port: MessagePort): Port => ({
  post: (message, transfer = []) => port.postMessage(message, [...transfer]),
  listen(message) {
    port.onmessage = ({ data }) => message(data)
  },
})

/**
 * The worker's side of `web()`: waits for the page and hosts one model.
 *
 * onnxruntime starts its threads with the very file that it lies in, which a bundler may have made this one: such a
 * worker is told by its name and left alone.
 */
export function hostModel(load: LoadRuntime): void {
  if (self.name?.startsWith('em-pthread')) return
  globalThis.onmessage = ({ data }: MessageEvent<Opening>) => {
    if (data?.neg !== 1) return
    globalThis.onmessage = null
    const tell = (message: SideMessage) => data.side.postMessage(message)
    if (data.lock !== undefined) {
      void navigator.locks.request(data.lock, () => {
        tell({ kind: 'alive' })
        return new Promise<never>(() => {})
      })
    }
    serveModel<LoadRequest>(portOf(data.model), async (request, signal) => {
      const onProgress = (event: Extract<SideMessage, { kind: 'progress' }>['event']) =>
        tell({ kind: 'progress', event })
      const { place, device, threads, dtype, attention, memory, cache, localOnly } = request
      const dtypes = typeof dtype === 'string' ? [dtype] : Object.values(dtype ?? {})
      const store = await openStore(cache)
      const files = await modelFiles(place, { store, dtypes, localOnly, signal, onProgress })
      // The runtime's code and the model's files come at the same time.
      const runtime = await webRuntime({ load: () => load(request.runtime), device, threads, folder: request.runtime })
      const model = await createOnnxModel({
        files,
        sessions: await localSessions({ files, runtime, dtype }),
        mixPictures: device === 'webgpu',
        attention,
        memory,
        ...(request.additions ? receivedAdditions(request.additions) : {}),
        // WebAssembly has no more; a GPU's memory nobody tells.
        free: device === 'wasm' ? 2 ** 32 : undefined,
      })
      onProgress({ status: 'ready', name: place.source.name })
      return model
    })
  }
}
