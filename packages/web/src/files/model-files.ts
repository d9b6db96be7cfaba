import type { ModelFiles } from '@neg/onnx'
import { knownConfigs, type LayoutOptions, layoutFiles } from '@neg/onnx/internal'
import type { WebOptions } from '../options'
import { type ResolvedSource, resolveSource } from './model-source'
import { type WebFilesOptions, webFiles } from './web-files'

/** Where a model lies, and what says where in it its files are. */
export interface ModelPlace {
  readonly source: ResolvedSource
  readonly layout?: LayoutOptions
  /** Where configs come from that it has not. */
  readonly configs?: ResolvedSource
}

/** The place that configs come from where none is named: of a repository of the Hub that is known to have none. */
export function knownPlace(source: ResolvedSource): ResolvedSource | undefined {
  const id = source.kind === 'folder' && /\/resolve\//.test(source.base) ? knownConfigs(source.name) : undefined
  if (id === undefined || source.kind !== 'folder') return undefined
  return { kind: 'folder', name: id, base: `${new URL(source.base).origin}/${id}/resolve/main/` }
}

/** Where a model lies, as the options say. @throws `option-invalid` */
export function placeOf({ model, configs, subfolder, files }: WebOptions, base: string): ModelPlace {
  const source = resolveSource(model, base)
  const lender = configs === undefined ? knownPlace(source) : resolveSource(configs, base, 'configs')
  const layout = { ...(subfolder === undefined ? {} : { subfolder }), ...(files === undefined ? {} : { files }) }
  return { source, layout, ...(lender ? { configs: lender } : {}) }
}

/** A model's files in diffusers' layout, wherever they lie. @throws `option-invalid`, and as downloads do */
export async function modelFiles(
  { source, layout, configs }: ModelPlace,
  options: Omit<WebFilesOptions, 'source' | 'layout'>,
): Promise<ModelFiles> {
  const lender = configs && (await layoutFiles(webFiles({ ...options, source: configs })))
  return layoutFiles(webFiles({ ...options, source, layout }), layout, lender)
}
