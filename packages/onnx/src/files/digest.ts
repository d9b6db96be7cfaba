import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { ModelFile, ModelFiles } from './model-files'

/** Hex SHA-256 of bytes. */
export const bytesDigest = (bytes: Uint8Array): string => bytesToHex(sha256(bytes))

/** Hex SHA-256 of a text. */
export const textDigest = (text: string): string => bytesDigest(new TextEncoder().encode(text))

const chunk = 1 << 22

/** Hex SHA-256 of a model's file, by its path. */
export const fileDigest = async (files: ModelFiles, path: string): Promise<string> => fileSha256(await files.open(path))

/** Hex SHA-256 of a file's content. */
export async function fileSha256(file: ModelFile): Promise<string> {
  if (file.sha256) return file.sha256()
  const hash = sha256.create()
  for (let from = 0; from < file.size; from += chunk) {
    hash.update(await file.slice(from, Math.min(from + chunk, file.size)))
  }
  return bytesToHex(hash.digest())
}

/** Hex SHA-256 over files: of the lines `sha256  path`, ordered by path. */
export function foldDigests(digests: readonly (readonly [path: string, sha256: string])[]): string {
  const lines = [...digests].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([path, hex]) => `${hex}  ${path}\n`)
  return textDigest(lines.join(''))
}
