import { NegError } from '@neg/core'
import type { ModelFiles } from '@neg/onnx'
import { describeFolder, type FolderDescription } from '@neg/onnx/internal'
import { chooseDevice, type DeviceChoice } from './device/choose-device'
import { readNeeds } from './device/read-needs'
import { workerKind } from './device/worker-kind'
import { modelFiles, placeOf } from './files/model-files'
import { isNeeded } from './files/needed'
import { openStore } from './files/open-store'
import { webFiles } from './files/web-files'
import { checkOptions, type WebOptions } from './options'
import { runtimeSizes } from './runtime-sizes'

/** What opening a model takes, found out before anything large is fetched. */
export interface Inspection {
  readonly device: DeviceChoice
  readonly name: string
  /** What its configs and its neg.json say: its defaults (`recipeDefaults` of core). Absent where opening it will say why. */
  readonly folder?: FolderDescription
  /** Bytes of the model's files that every run needs; absent where the server doesn't say. */
  readonly model?: number
  /** Bytes of them that are stored already. */
  readonly stored: number
  /** The runtime's code: bytes, and bytes as a host that compresses sends them. */
  readonly runtime: { readonly bytes: number; readonly compressed: number }
}

/** A folder that can't be described can't be opened either, which says why; what keeps its files away is said now. */
async function description(files: ModelFiles): Promise<FolderDescription | undefined> {
  try {
    return await describeFolder(files)
  } catch (error) {
    if (NegError.isInstance(error) && error.code.startsWith('model-')) return undefined
    throw error
  }
}

/**
 * Looks at a model without fetching it: which device it would run on and why, and how large it is. Takes the options of
 * `web()`. @throws what `web()` throws of options, device and addresses
 */
export async function inspect(given: WebOptions): Promise<Inspection> {
  const options = checkOptions(given)
  const place = placeOf(given, globalThis.document?.baseURI ?? globalThis.location.href)
  const needs = options.device === 'wasm' ? undefined : await readNeeds(place, options)
  const device = await chooseDevice({ device: options.device, threads: options.threads, needs })
  const store = await openStore(options.cache)
  const files = webFiles({ ...place, store, signal: options.signal })
  const needed = (await files.inventory()).filter(({ path, file }) => isNeeded(path) && file.url.startsWith('http'))
  const folder = await description(await modelFiles(place, { store, signal: options.signal }))
  const sizes = needed.map(({ file, stored }) => file.size ?? stored?.size)
  return {
    device,
    name: place.source.name,
    ...(folder ? { folder } : {}),
    ...(sizes.includes(undefined) ? {} : { model: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0) }),
    stored: needed.reduce((sum, { stored }) => sum + (stored?.stored ?? 0), 0),
    runtime: runtimeSizes[workerKind(device)],
  }
}
