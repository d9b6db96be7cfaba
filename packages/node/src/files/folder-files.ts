import { closeSync, openSync, readSync } from 'node:fs'
import { open, readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { NegError } from '@neg/core'
import { fileMissing, type ModelFile, type ModelFiles } from '@neg/onnx'
import { cachedDigest } from './digest-cache'

/** Reads up to this size are quicker than handing them to another thread: a graph's header takes hundreds. */
const quick = 1 << 20

const shorter = (path: string) =>
  new NegError('read-failed', `${path} became shorter while it was read.`, { where: path })

function readQuick(path: string, from: number, to: number): Uint8Array {
  const descriptor = openSync(path, 'r')
  try {
    const bytes = new Uint8Array(to - from)
    if (readSync(descriptor, bytes, 0, bytes.length, from) < bytes.length) throw shorter(path)
    return bytes
  } finally {
    closeSync(descriptor)
  }
}

async function slice(path: string, from: number, to: number): Promise<Uint8Array> {
  if (to - from <= quick) return readQuick(path, from, to)
  const handle = await open(path, 'r')
  try {
    const bytes = new Uint8Array(to - from)
    let at = 0
    while (at < bytes.length) {
      const { bytesRead } = await handle.read(bytes, at, bytes.length - at, from + at)
      if (bytesRead === 0) throw shorter(path)
      at += bytesRead
    }
    return bytes
  } finally {
    await handle.close()
  }
}

/** How deep a model's files lie at most: `onnx/unet/model.onnx`, and one further. */
const deepest = 4

/** The files of a folder and of those in it; hidden ones and installed packages are nobody's model. */
async function listFiles(folder: string, depth = 1): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = await Promise.all(
    entries.map(async ({ name }): Promise<string[]> => {
      // Hub caches hold links.
      const stats = await stat(join(folder, name)).catch(() => undefined)
      if (stats?.isFile()) return [name]
      if (!stats?.isDirectory() || depth === deepest || name.startsWith('.') || name === 'node_modules') return []
      // A folder that may not be read holds nothing that could be.
      const inner = await listFiles(join(folder, name), depth + 1).catch(() => [])
      return inner.map((file) => `${name}/${file}`)
    }),
  )
  return found.flat().sort()
}

/**
 * A model folder on disk.
 *
 * @param name what errors and records call it; default the folder's name
 * @throws `model-missing` where the path is no folder
 */
export async function folderFiles(folder: string, name?: string): Promise<ModelFiles> {
  const root = resolve(folder)
  const label = name ?? basename(root)
  const stats = await stat(root).catch(() => undefined)
  if (!stats?.isDirectory()) {
    throw new NegError(
      'model-missing',
      stats
        ? `${root} is a file. Expected is a model folder: the one that holds model_index.json.`
        : `There is no model folder ${root}. Give the folder that holds model_index.json, or a Hub id like 'org/name'.`,
      { where: root },
    )
  }
  let listed: Promise<string[]> | undefined
  return {
    name: label,
    list() {
      listed ??= listFiles(root)
      return listed
    },
    async open(path): Promise<ModelFile> {
      const file = await diskFile(join(root, path))
      if (file) return file
      throw fileMissing(label, path)
    },
  }
}

/** A file on disk; undefined where there is none. */
export async function diskFile(full: string): Promise<ModelFile | undefined> {
  const found = await stat(full).catch(() => undefined)
  if (!found?.isFile()) return undefined
  const target = await realpath(full)
  return {
    size: found.size,
    path: full,
    ...(target === full ? {} : { target }),
    slice: (from, to) => slice(full, from, to),
    sha256: () => cachedDigest(full),
  }
}
