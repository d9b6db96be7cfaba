import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { NegError } from '@neg/core'
import type { ModelFiles } from '@neg/onnx'
import type { LayoutOptions } from '@neg/onnx/internal'
import { type ControlNetFiles, layoutFiles, withControlNets } from '@neg/onnx/worker'
import { folderFiles } from './folder-files'

/**
 * A model folder's files, laid out as diffusers does, with the ControlNets that are given.
 * @throws `model-missing`, `model-file-missing`, `option-invalid`
 */
export async function modelFiles(options: {
  readonly folder: string
  readonly name?: string
  readonly layout?: LayoutOptions
  readonly configs?: { readonly folder: string; readonly name?: string }
  readonly controlnets?: Readonly<Record<string, string>>
}): Promise<ModelFiles> {
  const { folder, name, layout, configs, controlnets = {} } = options
  const base = await folderFiles(folder, name)
  // What lends its configs may lie in a subfolder as well.
  const lender = configs && (await layoutFiles(await folderFiles(configs.folder, configs.name)))
  const files = await layoutFiles(base, layout, lender)
  const networks = await Promise.all(
    Object.entries(controlnets).map(async ([name, path]) => [name, await controlNetFiles(name, path)] as const),
  )
  return networks.length === 0 ? files : withControlNets(files, Object.fromEntries(networks))
}

/** A ControlNet by its path: a folder, or an ONNX file in one. */
async function controlNetFiles(name: string, path: string): Promise<ControlNetFiles> {
  const stats = await stat(path).catch(() => undefined)
  if (stats?.isDirectory()) return { files: await folderFiles(path) }
  if (stats && path.endsWith('.onnx'))
    return { files: await folderFiles(dirname(resolve(path))), graph: basename(path) }
  throw new NegError(
    'option-invalid',
    stats
      ? `The ControlNet ${name} is ${path}: expected is an ONNX file, or a folder with one. PyTorch's weights have to be exported once.`
      : `There is no ControlNet ${resolve(path)}. Expected is a folder with a model.onnx, or an ONNX file.`,
    { where: `controlnets.${name}` },
  )
}
