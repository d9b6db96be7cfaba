import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { ModelFiles } from './model-files'

/** Hex SHA-256 of bytes. */
export const bytesDigest = (bytes: Uint8Array): string => bytesToHex(sha256(bytes))

/** Hex SHA-256 of a text. */
export const textDigest = (text: string): string => bytesDigest(new TextEncoder().encode(text))

const chunk = 1 << 22

/** Hex SHA-256 of a file's content. */
export async function fileDigest(files: ModelFiles, path: string): Promise<string> {
  const file = await files.open(path)
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
