import { NegError } from '@neg/core'
import { denoiserParts } from '../denoiser/architectures'
import type { ModelFiles } from '../files/model-files'
import { dtypeSuffixes, networkParts } from './graph-files'
import { isModelConfig, modelNetworks } from './model-file-list'
import { networkNames } from './network-names'

/** What says where a folder's files are, where it isn't laid out as diffusers' folders are. */
export interface LayoutOptions {
  /** The folder in it that holds the model; what is not there is looked for beside it. Default: `onnx` where the graphs are there. */
  readonly subfolder?: string
  /** Networks by the part that they are: `{ unet: 'my-unet.onnx' }`; paths relative to the folder. */
  readonly files?: Readonly<Record<string, string>>
}

/** Where a file of diffusers' layout really is, by its path in that layout. */
export type Layout = ReadonlyMap<string, string>

const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1)
const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1)
const isGraph = (path: string) => path.endsWith('.onnx')
/** Weights beside a graph. */
const isData = (path: string) => /(?:[._]data|\.pb|\.bin|\.weights?)$|\.onnx[._]/.test(path)

/** What the names of networks say, the more special first. */
const names: readonly (readonly [part: string, name: RegExp])[] = [
  ['', /safety|tokenizer|image[-_]?encoder|control[-_]?net|upscal/],
  ['vae_decoder', /vae.*decoder|decoder.*vae|(?:^|\/)decoder/],
  ['vae_encoder', /vae.*encoder|encoder.*vae/],
  ['text_encoder_3', /text[-_]?encoder[-_]?3/],
  ['text_encoder_2', /text[-_]?encoder[-_]?2|clip[-_]?2|clip[-_]?g/],
  ['text_encoder', /text[-_]?encoder|(?:^|[/_-])clip/],
  ...denoiserParts.map((part) => [part, new RegExp(part)] as const),
]

/** The part that a graph is, by its path; undefined where that doesn't tell. */
export function partOf(path: string): string | undefined {
  const lower = path.toLowerCase()
  return names.find(([, name]) => name.test(lower))?.[0] || undefined
}

/** The dtype's suffix that a graph's name has. */
function suffixOf(path: string): string {
  const stem = baseName(path)
    .toLowerCase()
    .replace(/\.onnx$/, '')
    .replaceAll('-', '_')
  if (/float16|_fp16(?:_|$)/.test(stem)) return '_fp16'
  return dtypeSuffixes.find((suffix) => suffix !== '' && stem.endsWith(suffix)) ?? ''
}

/**
 * Diffusers' layout of a folder that has another: a subfolder's files, networks that were named, and networks whose file
 * names say what they are. What is laid out already stays.
 *
 * @throws `option-invalid` for an option that names what isn't there
 */
export function layoutOf(name: string, present: readonly string[], options: LayoutOptions = {}): Layout {
  const { files = {} } = options
  const within = (folder: string) => present.filter((path) => path.startsWith(`${folder}/`))
  const given = options.subfolder?.replace(/^\.?\/+|\/+$/g, '')
  if (given !== undefined && within(given).length === 0) {
    throw new NegError('option-invalid', `${name} has no subfolder '${given}' with files in it.`, {
      where: 'subfolder',
    })
  }
  const subfolder =
    given ?? (modelNetworks(networkParts(present)).length === 0 && within('onnx').some(isGraph) ? 'onnx' : '')
  const layout = new Map(present.map((path) => [path, path]))
  if (subfolder !== '') for (const path of within(subfolder)) layout.set(path.slice(subfolder.length + 1), path)

  const add = (part: string, suffix: string, actual: string) => {
    layout.set(`${part}/model${suffix}.onnx`, actual)
    // A graph names its weights relative to itself.
    const folder = folderOf(actual)
    for (const path of present) {
      if (folderOf(path) === folder && isData(path)) layout.set(`${part}/${baseName(path)}`, path)
    }
  }
  for (const [part, path] of Object.entries(files)) {
    if (!(networkNames as readonly string[]).includes(part)) {
      throw new NegError(
        'option-invalid',
        `files: a model has no part '${part}'; parts are ${networkNames.join(', ')}.`,
        {
          where: `files.${part}`,
        },
      )
    }
    const actual = [path, `${subfolder}/${path}`].find((one) => present.includes(one))
    if (actual === undefined || !isGraph(actual)) {
      throw new NegError('option-invalid', `files: ${name} has no graph ${path} (.onnx) for ${part}.`, {
        where: `files.${part}`,
      })
    }
    for (const known of [...layout.keys()]) if (known.startsWith(`${part}/`) && isGraph(known)) layout.delete(known)
    add(part, '', actual)
  }

  const known = networkParts([...layout.keys()]).filter((part) =>
    dtypeSuffixes.some((suffix) => layout.has(`${part}/model${suffix}.onnx`)),
  )
  const laidOut = new Set([...known, ...Object.keys(files)])
  const found = new Map<string, string[]>()
  for (const path of present) {
    if (!isGraph(path) || (subfolder !== '' && !path.startsWith(`${subfolder}/`))) continue
    const own = subfolder === '' ? path : path.slice(subfolder.length + 1)
    const part = partOf(own)
    // What lies deeper is of other models.
    if (part === undefined || own.split('/').length > 2 || laidOut.has(part)) continue
    const key = `${part}/model${suffixOf(path)}.onnx`
    found.set(key, [...(found.get(key) ?? []), path])
  }
  // Of two that could be one, neither is taken: `files` says which.
  for (const [key, [path, ...others]] of found) {
    const [part, file] = key.split('/')
    if (others.length === 0) add(part, file.slice('model'.length, -'.onnx'.length), path)
  }
  return layout
}

/**
 * A folder's files as diffusers lays them out.
 *
 * @param configs another folder, or a part of one, from which the configs come that this one has not
 * @throws `option-invalid`
 */
export async function layoutFiles(
  base: ModelFiles,
  options: LayoutOptions = {},
  configs?: ModelFiles,
): Promise<ModelFiles> {
  const layout = layoutOf(base.name, await base.list(), options)
  const borrowed = new Set((await configs?.list())?.filter((path) => isModelConfig(path) && !layout.has(path)))
  return {
    name: base.name,
    list: async () => [...layout.keys(), ...borrowed].sort(),
    open: (path) => (configs && borrowed.has(path) ? configs.open(path) : base.open(layout.get(path) ?? path)),
  }
}
