import type { ModelFiles } from '@neg/onnx'
import type { LayoutOptions } from '@neg/onnx/internal'
import { layoutFiles } from '@neg/onnx/worker'
import { folderFiles } from './folder-files'

/**
 * A model folder's files, laid out as diffusers does.
 * @throws `model-missing`, `option-invalid`
 */
export async function modelFiles(options: {
  readonly folder: string
  readonly name?: string
  readonly layout?: LayoutOptions
  readonly configs?: { readonly folder: string; readonly name?: string }
}): Promise<ModelFiles> {
  const { folder, name, layout, configs } = options
  const base = await folderFiles(folder, name)
  // What lends its configs may lie in a subfolder as well.
  const lender = configs && (await layoutFiles(await folderFiles(configs.folder, configs.name)))
  return layoutFiles(base, layout, lender)
}
