import { connectModel, type OnnxModel } from '@neg/onnx'
import { chooseDevice, type DeviceChoice } from './device/choose-device'
import { type ModelNeeds, modelNeeds } from './device/model-needs'
import { fetchAdditions } from './files/addition-source'
import { knownPlace, type ModelPlace, modelFiles } from './files/model-files'
import { resolveSource } from './files/model-source'
import { openStore } from './files/open-store'
import { openWorker } from './open-worker'
import { checkOptions, type WebOptions, type WorkerKind } from './options'

/** A model that runs in this browser. */
export interface WebModel extends OnnxModel {
  /** Where it runs, and why. */
  readonly device: DeviceChoice
}

/** Makes a worker where the options don't: bundled pages and plain ones find it differently. */
export type WorkerMaker = (kind: WorkerKind) => Worker

/** WebAssembly that can be suspended makes a smaller runtime do. */
export const workerKind = ({ device }: Pick<DeviceChoice, 'device'>): WorkerKind =>
  device === 'wasm' ? 'wasm' : 'Suspending' in WebAssembly ? 'webgpu-jspi' : 'webgpu'

/** Where a model lies, as the options say. @throws `option-invalid` */
export function placeOf({ model, configs, subfolder, files }: WebOptions, base: string): ModelPlace {
  const source = resolveSource(model, base)
  const lender = configs === undefined ? knownPlace(source) : resolveSource(configs, base, 'configs')
  const layout = { ...(subfolder === undefined ? {} : { subfolder }), ...(files === undefined ? {} : { files }) }
  return { source, layout, ...(lender ? { configs: lender } : {}) }
}

/** What the model asks of a GPU: one small file is read for it. Absent where the folder has no such file. */
export async function readNeeds(
  place: ModelPlace,
  options: ReturnType<typeof checkOptions>,
): Promise<ModelNeeds | undefined> {
  const { dtype, attention, cache, signal, localFilesOnly: localOnly } = options
  const dtypes = typeof dtype === 'string' ? [dtype] : Object.values(dtype ?? {})
  const files = await modelFiles(place, { store: await openStore(cache), dtypes, signal, localOnly })
  if (!(await files.list()).includes('unet/config.json')) return undefined
  const file = await files.open('unet/config.json')
  const text = new TextDecoder().decode(await file.slice(0, file.size))
  let config: unknown
  try {
    config = JSON.parse(text)
  } catch {
    return undefined // Whoever reads the folder says what is wrong with it.
  }
  return modelNeeds(config, typeof dtype === 'string' ? dtype : (dtype?.unet ?? 'fp32'), attention, files.name)
}

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
