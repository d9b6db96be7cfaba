import { createHash } from 'node:crypto'
import { NegError } from '@neg/core'
import { conditioningMiss, type DenoiserInputs, digestInput, type WireTensor } from '@neg/remote/wire'

/** Rows of conditioning by their digests, the least lately used given up first. */
export interface DigestStore {
  /** @param owner Who sent it; nobody else finds it. */
  keep(owner: string, digest: string, row: KeptRow): void
  find(owner: string, digest: string): KeptRow | undefined
  /** Bytes held. */
  readonly bytes: number
}

export interface KeptRow {
  readonly datatype: WireTensor['datatype']
  /** Without the batch axis. */
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

/** @param most Bytes held at most. */
export function digestStore(most: number): DigestStore {
  const rows = new Map<string, KeptRow>()
  let bytes = 0
  const drop = (key: string) => {
    bytes -= rows.get(key)?.bytes.byteLength ?? 0
    rows.delete(key)
  }
  return {
    get bytes() {
      return bytes
    },
    keep(owner, digest, row) {
      const key = `${owner}\n${digest}`
      drop(key)
      if (row.bytes.byteLength > most) return
      rows.set(key, row)
      bytes += row.bytes.byteLength
      for (const oldest of rows.keys()) {
        if (bytes <= most) break
        drop(oldest)
      }
    },
    find(owner, digest) {
      const key = `${owner}\n${digest}`
      const row = rows.get(key)
      if (!row) return undefined
      rows.delete(key)
      rows.set(key, row)
      return row
    },
  }
}

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** What the client must send in full. */
export class ConditioningMiss extends Error {
  constructor(readonly digest: string) {
    super(`${conditioningMiss} ${digest}`)
  }
}

/**
 * The inputs of a request that names conditioning by digests: rows that came are kept (their digests are computed here,
 * never believed), rows that did not come are found, and one latent becomes one for each row.
 *
 * @param named what the denoiser calls its text, which digests stand for, and its latents
 * @throws {ConditioningMiss}; `request-invalid` for a digest that is not the row's
 */
export function recall(
  inputs: readonly WireTensor[],
  named: DenoiserInputs,
  digests: readonly string[],
  store: DigestStore,
  owner: string,
): readonly WireTensor[] {
  const came = inputs.find(({ name }) => name === named.text)
  if (came) keepRows(came, digests, store, owner)
  const conditioning = came ?? joinRows(named.text, digests, store, owner)
  const others = inputs
    .filter((input) => input !== came)
    .map((input) => (input.name === named.latents ? repeated(input, digests.length) : input))
  return [...others, conditioning]
}

function keepRows(
  { name, datatype, shape, bytes }: WireTensor,
  digests: readonly string[],
  store: DigestStore,
  owner: string,
) {
  const each = bytes.byteLength / digests.length
  digests.forEach((digest, i) => {
    const row = bytes.subarray(i * each, (i + 1) * each)
    if (digestOf(row) !== digest) {
      throw new NegError('request-invalid', `Digest ${i} is not the SHA-256 of row ${i} of '${name}'.`, {
        where: digestInput,
      })
    }
    // A copy: a view would hold the whole body.
    store.keep(owner, digest, { datatype, shape: shape.slice(1), bytes: row.slice() })
  })
}

function joinRows(name: string, digests: readonly string[], store: DigestStore, owner: string): WireTensor {
  const rows = digests.map((digest) => {
    const row = store.find(owner, digest)
    if (!row) throw new ConditioningMiss(digest)
    return row
  })
  const [{ datatype, shape, bytes }] = rows
  if (rows.some((row) => row.bytes.byteLength !== bytes.byteLength)) {
    throw new NegError(
      'request-invalid',
      'The digests name conditionings of different lengths; they never share a call.',
      {
        where: digestInput,
      },
    )
  }
  const joined = new Uint8Array(bytes.byteLength * rows.length)
  for (const [i, row] of rows.entries()) joined.set(row.bytes, i * bytes.byteLength)
  return { name, datatype, shape: [rows.length, ...shape], bytes: joined }
}

function repeated(input: WireTensor, rows: number): WireTensor {
  if (input.shape[0] === rows) return input
  const bytes = new Uint8Array(input.bytes.byteLength * rows)
  for (let i = 0; i < rows; i++) bytes.set(input.bytes, i * input.bytes.byteLength)
  return { ...input, shape: [rows, ...input.shape.slice(1)], bytes }
}
