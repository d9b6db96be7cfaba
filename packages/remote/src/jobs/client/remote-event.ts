import { NegError, type RunEvent, type Tensor } from '@neg/core'
import type { AttentionCapture } from '@neg/core/adapter'
import { decodePng } from '../png/decode-png'
import type { JobEvent } from '../protocol/job-event'
import { bytesToFloats, fromBase64, type Payload } from '../protocol/payload'
import type { NegServer } from './neg-server'

type StepEnd = Extract<RunEvent, { type: 'step-end' }>

/** What a remote run tells: as a local one, and what a queue has to say. */
export type RemoteEvent =
  | Exclude<RunEvent, StepEnd>
  /** `x` is there when `latents: 'steps'` was asked for. */
  | (Omit<StepEnd, 'x'> & { readonly x?: Tensor })
  | {
      readonly type: 'status'
      readonly status: 'queued' | 'running' | 'canceling' | 'succeeded' | 'failed' | 'canceled'
      /** 2 where a worker was lost and another took over. */
      readonly attempt: number
      /** Jobs before it, where the server knows. */
      readonly queuePosition: number | null
    }

/** What is said once, though a job that was begun anew tells it again: by what it is about. */
export function keyOf(event: JobEvent): string | undefined {
  if (event.type === 'step') return `step ${event.call}`
  if (event.type === 'inversion') return `inversion ${event.call}`
  if (event.type === 'mask') return 'mask'
  if (event.type === 'attention') return `attention ${event.call} ${event.role} ${event.index}`
  if (event.type === 'warning') return `warning ${event.code} ${event.message}`
  if (event.type === 'image') return `image ${event.index}`
  return undefined
}

/** A job's event as a run tells it; `done` is no event of a run, and the picture is told with the result. */
export async function remoteEvent(
  event: Exclude<JobEvent, { type: 'done' | 'image' }>,
  server: NegServer,
  signal: AbortSignal,
): Promise<RemoteEvent> {
  switch (event.type) {
    case 'status': {
      const { type, status, attempt, queue_position: queuePosition } = event
      return { type, status, attempt, queuePosition }
    }
    case 'warning':
      return event
    case 'step': {
      const { type: _, x, ...rest } = event
      const tensor = x && { x: { shape: x.shape, data: await valuesOf(x.values, server, signal) } }
      return { type: 'step-end', ...rest, ...tensor }
    }
    case 'inversion':
      return { ...event, type: 'inversion-step' }
    case 'mask':
      return { type: 'mask', image: await decodePng(fromBase64(event.data)) }
    case 'attention': {
      const { type, step, call, role, index, tokens } = event
      const capture = captureOf(event.layers, await valuesOf(event.values, server, signal))
      return { type, step, call, role, index, tokens, capture }
    }
    case 'preview':
      return { type: 'preview', step: event.step, image: await decodePng(fromBase64(event.data)) }
  }
}

export async function bytesAt(url: string, server: NegServer, signal?: AbortSignal): Promise<Uint8Array> {
  return new Uint8Array(await (await server.request(url, { signal })).arrayBuffer())
}

async function valuesOf(values: Payload, server: NegServer, signal: AbortSignal): Promise<Float32Array> {
  return bytesToFloats('data' in values ? fromBase64(values.data) : await bytesAt(values.url, server, signal))
}

type Layers = Extract<JobEvent, { type: 'attention' }>['layers']

function captureOf(layers: Layers, values: Float32Array): AttentionCapture {
  const expected = layers.reduce((sum, { norms, maps }) => sum + norms + maps, 0)
  if (expected !== values.length) {
    throw new NegError('remote-malformed', `Attention of ${expected} values came with ${values.length}.`)
  }
  let at = 0
  const take = (count: number) => values.slice(at, (at += count))
  return {
    layers: layers.map(({ name, height, width, norms, maps, mean_square: meanSquare }) => ({
      name,
      height,
      width,
      norms: take(norms),
      ...(maps > 0 ? { maps: take(maps) } : {}),
      meanSquare,
    })),
  }
}
