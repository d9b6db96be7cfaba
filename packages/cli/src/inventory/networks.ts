import { relative, sep } from 'node:path'
import { dtypes } from '@neg/onnx'
import { denoiserParts, dtypeSuffix, layoutOf, networkNames } from '@neg/onnx/internal'
import { sizesBelow } from './hub-cache'

/** A model's networks as they were recognised: part → dtype → the file in the folder. */
export type Networks = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The networks among a folder's files, in whatever layout. */
export function networksAmong(name: string, present: readonly string[]): Networks {
  const layout = layoutOf(name, present)
  const found = networkNames.map((part) => {
    const files = dtypes.flatMap((dtype) => {
      const path = layout.get(`${part}/model${dtypeSuffix(dtype)}.onnx`)
      return path === undefined ? [] : [[dtype, path]]
    })
    return [part, Object.fromEntries(files)] as const
  })
  return Object.fromEntries(found.filter(([, files]) => Object.keys(files).length > 0))
}

/** A folder's files, relative to it and with slashes. */
export const filesOf = async (folder: string): Promise<string[]> =>
  (await sizesBelow(folder)).map(({ path }) => relative(folder, path).split(sep).join('/'))

/** Whether there is a network that denoises. */
export const hasDenoiser = (networks: Networks): boolean => denoiserParts.some((part) => part in networks)

/** Whether a folder is an image model's: it has a pipeline's index, or graphs that are told by their names. */
export async function isModelFolder(folder: string): Promise<boolean> {
  const files = await filesOf(folder)
  return files.includes('model_index.json') || hasDenoiser(networksAmong(folder, files))
}

/** In words: `diffusers’ layout`, `onnx/`, `unet: unet_model_q4f16.onnx (q4f16), …`. */
export function layoutLine(networks: Networks): string {
  const all = Object.entries(networks).flatMap(([part, files]) =>
    Object.entries(files).map(([dtype, path]) => ({
      part,
      dtype,
      path,
      usual: `${part}/model${dtypeSuffix(dtype)}.onnx`,
    })),
  )
  const variants = [...new Set(all.map(({ dtype }) => dtype))].filter((dtype) => dtype !== 'fp32')
  const also = variants.length > 0 ? `, ${variants.join(', ')}` : ''
  if (all.every(({ path, usual }) => path === usual)) return `diffusers’ layout${also}`
  if (all.every(({ path, usual }) => path === `onnx/${usual}`)) return `diffusers’ layout in onnx/${also}`
  return all.map(({ part, dtype, path }) => `${part}: ${path}${dtype === 'fp32' ? '' : ` (${dtype})`}`).join(', ')
}
