import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

/** `sha256:` and the hex SHA-256 of a row's raw bytes, as they travel. */
export const digestOf = (row: Uint8Array): string => `sha256:${bytesToHex(sha256(row))}`

/** Whether two pieces of memory hold the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== b.byteLength) return false
  // Four bytes at a time where both lie right: rows of float32 do.
  const words = (a.byteOffset | b.byteOffset | a.byteLength) % 4 === 0
  const [x, y] = words ? [a, b].map((c) => new Uint32Array(c.buffer, c.byteOffset, c.byteLength / 4)) : [a, b]
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false
  return true
}

/** A tensor's rows along its first axis. */
export function rowsOf(bytes: Uint8Array, rows: number): Uint8Array[] {
  const each = bytes.byteLength / rows
  return Array.from({ length: rows }, (_, i) => bytes.subarray(i * each, (i + 1) * each))
}

/** Digests of rows; a row that was seen lately is compared, which is far quicker than hashing it again. */
export class DigestMemo {
  private seen: { readonly row: Uint8Array; readonly digest: string }[] = []

  constructor(private readonly most = 16) {}

  of(row: Uint8Array): string {
    const at = this.seen.findIndex((entry) => equalBytes(entry.row, row))
    const entry = at >= 0 ? this.seen.splice(at, 1)[0] : { row: row.slice(), digest: digestOf(row) }
    this.seen.unshift(entry)
    this.seen.length = Math.min(this.seen.length, this.most)
    return entry.digest
  }
}
