import { connectModel, type OnnxModel } from '@neg/onnx'
import { chooseDevice, type DeviceChoice } from './device/choose-device'
import { readNeeds } from './device/read-needs'
import { workerKind } from './device/worker-kind'
import { fetchAdditions } from './files/addition-source'
import { placeOf } from './files/model-files'
import { openWorker } from './open-worker'
import { checkOptions, type WebOptions, type WorkerKind } from './options'

/** A model that runs in this browser. */
export interface WebModel extends OnnxModel {
  /** Where it runs, and why. */
  readonly device: DeviceChoice
}

/** Makes a worker where the options don't: bundled pages and plain ones find it differently. */
export type WorkerMaker = (kind: WorkerKind) => Worker

/** `web()` over a way to make workers. */
export async function openWebModel(given: WebOptions, makeWorker: WorkerMaker): Promise<WebModel> {
  const options = checkOptions(given)
  const { signal } = options
  signal?.throwIfAborted()
  const base = globalThis.document?.baseURI ?? globalThis.location.href
  const place = placeOf(given, base)
  const needs = options.device === 'wasm' ? undefined : await readNeeds(place, options)
  const device = await chooseDevice({ device: options.device, threads: options.threads, needs })
  const { loras, embeddings } = options
  const additions = loras || embeddings ? await fetchAdditions({ loras, embeddings }, base, signal) : undefined
  signal?.throwIfAborted()
  const kind = workerKind(device)
  const { port, end } = openWorker(() => (options.worker ?? makeWorker)(kind), options.onProgress)
  const model = await connectModel({
    port,
    end,
    signal,
    load: {
      place,
      device: device.device,
      threads: device.threads,
      dtype: options.dtype,
      attention: options.attention,
      memory: options.memory,
      cache: options.cache,
      localOnly: options.localFilesOnly,
      ...(additions ? { additions } : {}),
      ...(options.runtime === undefined
        ? {}
        : { runtime: new URL(`${options.runtime}`.replace(/\/?$/, '/'), base).href }),
    },
  })
  return { ...model, device }
}
