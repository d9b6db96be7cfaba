import { NegError } from '@neg/core'
import type { ModelFiles } from '../files/model-files'
import { dtypeSuffixes } from './graph-files'

/** The folder of a ControlNet in a model: diffusers' pipelines have `controlnet`, and `controlnet_1` … where they have several. */
const folder = 'controlnet'

/** The ControlNets among a model's parts. */
export const controlParts = (parts: readonly string[]): string[] =>
  parts.filter((part) => part === folder || part.startsWith(`${folder}_`))

/** What recipes call a ControlNet, by its part: `canny` for `controlnet_canny`, `controlnet` for `controlnet`. */
export const controlName = (part: string): string => (part === folder ? folder : part.slice(folder.length + 1))

const partOf = (name: string): string => (name === folder ? folder : `${folder}_${name}`)

/** Where a ControlNet lies: a folder of files, or one graph of them. */
export interface ControlNetFiles {
  readonly files: ModelFiles
  /** Path in `files`. Default the only graph that it can be. */
  readonly graph?: string
}

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1)
const isGraph = (path: string) => path.endsWith('.onnx')

/** A ControlNet's graphs by the suffix of their dtype. @throws `model-file-missing` where which of them it is is not known */
function graphsOf(name: string, { files, graph }: ControlNetFiles, present: readonly string[]): Map<string, string> {
  if (graph !== undefined) return new Map([['', graph]])
  for (const own of [`${folder}/`, '']) {
    const known = dtypeSuffixes.flatMap((suffix) => {
      const path = `${own}model${suffix}.onnx`
      return present.includes(path) ? [[suffix, path] as const] : []
    })
    if (known.length > 0) return new Map(known)
  }
  const all = present.filter(isGraph)
  if (all.length === 1) return new Map([['', all[0]]])
  throw new NegError(
    'model-file-missing',
    `The ControlNet ${name} (${files.name}) has no model.onnx.${all.length > 0 ? ` It has ${all.join(', ')}: give the file that it is.` : ''}`,
    { where: `controlnets.${name}` },
  )
}

/**
 * A model's files with ControlNets of elsewhere as further parts.
 *
 * @param networks by the names that recipes have for them
 * @throws `option-invalid` for a name that the model has already, or that is none; `model-file-missing`
 */
export async function withControlNets(
  base: ModelFiles,
  networks: Readonly<Record<string, ControlNetFiles>>,
): Promise<ModelFiles> {
  const own = await base.list()
  const added = new Map<string, { readonly files: ModelFiles; readonly path: string }>()
  for (const [name, network] of Object.entries(networks)) {
    const part = partOf(name)
    const refuse = (why: string) =>
      new NegError('option-invalid', `controlnets: ${why}`, { where: `controlnets.${name}` })
    if (!/^[\w.-]+$/.test(name)) throw refuse(`'${name}' is no name: letters, digits, '.', '_' and '-' are.`)
    if (own.some((path) => path.startsWith(`${part}/`)))
      throw refuse(`${base.name} has a ControlNet '${name}' already.`)
    const { files } = network
    const present = await files.list()
    for (const [suffix, path] of graphsOf(name, network, present)) {
      added.set(`${part}/model${suffix}.onnx`, { files, path })
      // A graph names its weights, which may lie deeper, relative to itself.
      const beside = folderOf(path)
      for (const other of present) {
        if (other.startsWith(beside) && !isGraph(other))
          added.set(`${part}/${other.slice(beside.length)}`, { files, path: other })
      }
    }
  }
  return {
    name: base.name,
    list: async () => [...own, ...added.keys()].sort(),
    open(path) {
      const elsewhere = added.get(path)
      return elsewhere ? elsewhere.files.open(elsewhere.path) : base.open(path)
    },
  }
}
