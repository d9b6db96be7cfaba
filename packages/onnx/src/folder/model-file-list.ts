import { denoiserPartOf } from '../denoiser/architectures'
import type { ModelFiles } from '../files/model-files'
import { readGraphHeader } from '../graph/graph-header'
import { controlParts } from './control-files'
import { checkDtype, type Dtype, graphFile, networkParts } from './graph-files'
import { networkNames } from './network-names'

const requiredOf = (present: readonly string[]): string[] => [denoiserPartOf(present), 'text_encoder', 'vae_decoder']
const tokenizers = networkNames.flatMap((part) =>
  part.startsWith('text_encoder') ? [part.replace('text_encoder', 'tokenizer')] : [],
)
/** ControlNets are told apart by digests of their own: without one in the recipe a model draws the same with them as without. */
const deciding = networkNames.filter((part) => controlParts([part]).length === 0)
const folders = new Set<string>([...deciding, 'vae', ...tokenizers, 'scheduler'])

const configs = /^(?:config|scheduler_config|vocab|tokenizer|tokenizer_config|special_tokens_map)\.json$|^merges\.txt$/

/** What a model's makers recommend: read with the configs, and no part of what the model is. */
export const recommendationFile = 'neg.json'

/** Whether a file is a config that decides what a model does. */
export function isModelConfig(path: string): boolean {
  const [folder, file, ...deeper] = path.split('/')
  if (file === undefined) return path === 'model_index.json'
  return folders.has(folder) && configs.test(file) && deeper.length === 0
}

/** A ControlNet's config, which says how it is used. */
const isControlConfig = (path: string): boolean => /^controlnet(?:_[^/]*)?\/config\.json$/.test(path)

/** The networks of a folder that decide what the model draws. */
export const modelNetworks = (parts: readonly string[]): string[] => deciding.filter((part) => parts.includes(part))

/**
 * Which of a folder's files make the model with a dtype: its configs (neg.json is one), and its graphs. What graphs keep in other files,
 * `externalFiles` tells.
 * @throws `option-invalid`; `model-file-missing` for a network that every model has
 */
export function modelFileList(
  name: string,
  present: readonly string[],
  dtype?: Dtype,
): { readonly configs: readonly string[]; readonly graphs: readonly string[] } {
  const parts = networkParts(present)
  const required = requiredOf(present)
  checkDtype(dtype, parts.length > 0 ? parts : required)
  const wanted = new Set([...required, ...modelNetworks(parts), ...controlParts(parts)])
  return {
    configs: present.filter((path) => isModelConfig(path) || isControlConfig(path) || path === recommendationFile),
    graphs: [...wanted].map((part) => graphFile({ name }, present, part, dtype)),
  }
}

/** Joins the name of an external file to its graph's folder. */
function beside(path: string, name: string): string {
  const segments = path.split('/').slice(0, -1)
  for (const segment of name.split(/[/\\]/)) {
    if (segment === '..') segments.pop()
    else if (segment !== '.' && segment !== '') segments.push(segment)
  }
  return segments.join('/')
}

/** Paths of external data, by the names that a graph of the folder gives them. */
export const externalPaths = (path: string, names: readonly string[]): string[] =>
  names.map((name) => beside(path, name))

/** Paths of the files that hold a graph's weights beside it. @throws `model-file-malformed` */
export async function externalFiles(files: Pick<ModelFiles, 'open'>, path: string): Promise<string[]> {
  return externalPaths(path, (await readGraphHeader(await files.open(path), path)).external)
}
