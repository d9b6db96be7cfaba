import { NegError } from '@neg/core'

/** One file of a model folder. */
export interface ModelFile {
  /** Bytes. */
  readonly size: number
  /** Absolute path, where the file lies on a disk that the runtime can read. */
  readonly path?: string
  /** Absolute path of what `path` is a link to, where it is one. */
  readonly target?: string
  /** Bytes [from, to); `to` is at most `size`. */
  slice(from: number, to: number): Promise<Uint8Array>
  /** Hex SHA-256 of the content, where it is known or cheaper to have than by reading everything through `slice`. */
  sha256?(): Promise<string>
}

/**
 * A model folder, wherever it lies: a disk, the browser's cache, a hub. Paths are relative to it, with `/`.
 */
export interface ModelFiles {
  /** What people call it: the folder's name or a Hub id. */
  readonly name: string
  /** Every file's path. */
  list(): Promise<readonly string[]>
  /** @throws `model-file-missing`, or why it can't be had */
  open(path: string): Promise<ModelFile>
}

/** A file's whole content. */
export async function readBytes(files: ModelFiles, path: string): Promise<Uint8Array> {
  const file = await files.open(path)
  return file.slice(0, file.size)
}

/** A file's content as text. @throws `model-file-malformed` when it isn't UTF-8 */
export async function readText(files: ModelFiles, path: string): Promise<string> {
  const bytes = await readBytes(files, path)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new NegError('model-file-malformed', `${path} of ${files.name} is not UTF-8 text.`, { cause, where: path })
  }
}

/** The error for a file that isn't there. */
export const fileMissing = (name: string, path: string, hint = ''): NegError =>
  new NegError('model-file-missing', `The model ${name} has no ${path}.${hint === '' ? '' : ` ${hint}`}`, {
    where: path,
  })
