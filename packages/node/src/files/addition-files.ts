import { readdir, stat } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { NegError } from '@neg/core'
import type { Additions } from '@neg/onnx/worker'
import { diskFile } from './folder-files'

/** A LoRA file and its weight. */
export interface LoraOption {
  /** A `.safetensors` file. */
  readonly file: string
  /** Factor of all of it; negative ones take away. Default 1. */
  readonly weight?: number
  /** Factor of its part for the text encoders. Default `weight`. */
  readonly textWeight?: number
}

/** What is added to a model, by where it lies; crosses to the worker. */
export interface AdditionPaths {
  readonly loras: readonly {
    readonly name: string
    readonly path: string
    readonly weight: number
    readonly textWeight?: number
  }[]
  /** LoRA files that prompts may name. */
  readonly shelf: readonly { readonly name: string; readonly path: string }[]
  readonly embeddings: readonly { readonly name: string; readonly path: string; readonly optional: boolean }[]
}

const nameOf = (path: string): string => basename(path, extname(path))

/** Whether a path is a folder. @throws `option-invalid` where there is nothing */
async function isFolder(path: string, where: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  if (found) return found.isDirectory()
  throw new NegError(
    'option-invalid',
    `There is no ${resolve(path)}. Expected is a .safetensors file or a folder of them.`,
    { where },
  )
}

/** The safetensors files of a folder. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder)
  return entries
    .filter((name) => name.endsWith('.safetensors'))
    .sort()
    .map((name) => join(folder, name))
}

/**
 * Finds LoRA files and embeddings: a folder of LoRAs is what prompts may name, one of embeddings all that fit the model.
 * @throws `option-invalid` for a path that is not there
 */
export async function additionPaths(options: {
  readonly loras?: readonly (string | LoraOption)[]
  readonly embeddings?: readonly string[]
}): Promise<AdditionPaths> {
  const loras: AdditionPaths['loras'][number][] = []
  const shelf: AdditionPaths['shelf'][number][] = []
  const embeddings: AdditionPaths['embeddings'][number][] = []
  for (const one of options.loras ?? []) {
    const { file, weight = 1, textWeight = weight }: LoraOption = typeof one === 'string' ? { file: one } : one
    if (!(await isFolder(file, 'loras'))) loras.push({ name: nameOf(file), path: resolve(file), weight, textWeight })
    else if (typeof one === 'string')
      shelf.push(...(await filesOf(file)).map((path) => ({ name: nameOf(path), path: resolve(path) })))
    else throw new NegError('option-invalid', `${file} is a folder, and a weight is of a file.`, { where: 'loras' })
  }
  for (const one of options.embeddings ?? []) {
    const folder = await isFolder(one, 'embeddings')
    const paths = folder ? await filesOf(one) : [one]
    embeddings.push(...paths.map((path) => ({ name: nameOf(path), path: resolve(path), optional: folder })))
  }
  return { loras, shelf, embeddings }
}

/** The files behind paths. */
export async function readAdditions({ loras, shelf, embeddings }: AdditionPaths): Promise<Additions> {
  const opened = async <T extends { readonly path: string }>({ path, ...rest }: T) => {
    const file = await diskFile(path)
    if (file) return { ...rest, file }
    throw new NegError('option-invalid', `There is no ${path} any more.`, { where: path })
  }
  return {
    loras: await Promise.all(loras.map(opened)),
    shelf: shelf.map(({ name }) => name),
    embeddings: await Promise.all(embeddings.map(opened)),
  }
}
