import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { NegError } from '@neg/core'
import { knownConfigs, type LayoutOptions } from '@neg/onnx/internal'
import { type HubOptions, hubModel, isHubId } from './hub/hub-model'
import type { NodeOptions } from './options'

const embedded = '@neg/portraits'

const embeddedFolder = async (): Promise<string> => ((await import('@neg/portraits')) as { default: string }).default

/** A folder on disk, and what errors and records call the model. */
export interface ModelFolder {
  readonly folder: string
  readonly name?: string
  /** What says where its files are. */
  readonly layout?: LayoutOptions
  /** Where configs come from that it has not. */
  readonly configs?: ModelFolder
  /** ControlNets of elsewhere, folders or graphs, by name. */
  readonly controlnets?: Readonly<Record<string, string>>
}

/** A model of the Hub; where the Hub knows none either, the error says that no folder was found first. */
async function fromHub(id: string, options: HubOptions): Promise<ModelFolder> {
  try {
    return { folder: await hubModel(id, options), name: id }
  } catch (error) {
    if (!NegError.isInstance(error) || error.where !== undefined) throw error
    if (error.code !== 'download-not-found' && error.code !== 'download-unauthorized') throw error
    throw new NegError(error.code, `${error.message} There is no folder ${resolve(id)} either.`, { cause: error })
  }
}

/**
 * Where the model lies: the embedded one when none is named, a folder where there is one of that name, else a model of
 * the Hugging Face Hub (`org/name`), which is downloaded.
 * @throws `model-missing`, `option-invalid`, and as `hubModel`
 */
export async function resolveModel(options: NodeOptions): Promise<ModelFolder> {
  const { subfolder, files, controlnets, signal } = options
  const led = controlnets === undefined ? {} : { controlnets }
  const layout = { ...(subfolder === undefined ? {} : { subfolder }), ...(files === undefined ? {} : { files }) }
  const found = await resolveFolder(options)
  // A folder is never taken for the repository whose name it has.
  const configs = options.configs ?? (found.name === options.model ? knownConfigs(found.name) : undefined)
  if (configs === undefined) return { ...found, layout, ...led }
  const { cacheDir, localFilesOnly, onProgress } = options
  const hub = { cacheDir, localFilesOnly, onProgress, signal, configsOnly: true }
  const isFolder = (await stat(configs).catch(() => undefined)) !== undefined
  const from = isFolder || !isHubId(configs) ? { folder: configs } : await fromHub(configs, hub)
  return { ...found, layout, configs: from, ...led }
}

async function resolveFolder(options: NodeOptions): Promise<ModelFolder> {
  const { model, revision } = options
  const isFolder = model === undefined || (await stat(model).catch(() => undefined)) !== undefined
  if (!isFolder && isHubId(model)) return fromHub(model, options)
  if (revision !== undefined) {
    throw new NegError('option-invalid', 'A revision is of a model of the Hub; this one is a folder.', {
      where: 'revision',
    })
  }
  try {
    const own = await embeddedFolder()
    if (model === undefined || resolve(model) === resolve(own)) return { folder: own, name: embedded }
  } catch (cause) {
    if (model === undefined) {
      throw new NegError(
        'model-missing',
        'No model was given, and the embedded one is not installed: pass { model: folder }, or npm install @neg/portraits.',
        { cause, where: 'model' },
      )
    }
  }
  return { folder: model }
}
