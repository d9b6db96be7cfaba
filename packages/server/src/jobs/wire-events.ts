import type { RunEvent } from '@neg/core'
import type { Payload } from '@neg/remote/jobs'
import { floatBytes, inlineLimit, pathTo, routes, toBase64 } from '@neg/remote/wire'
import type { BlobStore } from '../blobs/blob-store'
import type { KeptEvent } from '../queue/job-state'
import { payloadKey } from './blob-keys'

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>

/** Values for an event: in place when small, else in the store. */
export async function payload(
  values: Float32Array,
  blobs: BlobStore,
  id: string,
  number: () => number,
): Promise<Payload> {
  const bytes = floatBytes(values)
  if (bytes.length <= inlineLimit) return { data: toBase64(bytes) }
  const at = number()
  await blobs.put(payloadKey(id, at), { bytes, type: 'application/octet-stream' })
  return { url: pathTo(routes.jobValues, { id, index: at }), bytes: bytes.length }
}

export async function stepEvent(
  { step, steps, call, calls, run, elided, observed, ms, x }: Of<'step-end'>,
  keep: ((values: Float32Array) => Promise<Payload>) | undefined,
): Promise<Extract<KeptEvent, { type: 'step' }>> {
  const plain = { type: 'step', step, steps, call, calls, run, elided, observed, ms } as const
  return keep ? { ...plain, x: { shape: [...x.shape], values: await keep(x.data) } } : plain
}

export async function attentionEvent(
  { step, call, role, index, tokens, capture }: Of<'attention'>,
  keep: (values: Float32Array) => Promise<Payload>,
): Promise<Extract<KeptEvent, { type: 'attention' }>> {
  const layers = capture.layers.map(({ name, height, width, norms, maps, meanSquare }) => ({
    name,
    height,
    width,
    norms: norms.length,
    maps: maps?.length ?? 0,
    mean_square: meanSquare,
  }))
  const parts = capture.layers.flatMap(({ norms, maps }) => (maps ? [norms, maps] : [norms]))
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    values.set(part, at)
    at += part.length
  }
  const columns = tokens.map(({ text, positions }) => ({ text, positions: [...positions] }))
  return { type: 'attention', step, call, role, index, tokens: columns, layers, values: await keep(values) }
}
