import { describe, expect, test } from 'vitest'
import { floatBytes, toBase64 } from '../protocol/payload'
import { negServer } from './neg-server'
import { keyOf, remoteEvent } from './remote-event'

const values = Float32Array.of(1, 2, 3, 4)
const inPlace = { data: toBase64(floatBytes(values)) }
const { signal } = new AbortController()
/** A server that has values below an address. */
const server = negServer({
  url: 'http://neg.example',
  fetch: (async (url: URL) =>
    url.pathname === '/v1/jobs/j/values/0'
      ? new Response(floatBytes(values) as BodyInit)
      : new Response('', { status: 404 })) as typeof fetch,
})
const step = { type: 'step', step: 1, steps: 2, call: 3, calls: 4, run: 5, elided: 6, observed: 7, ms: 8 } as const
const { type: _, ...numbers } = step

describe('a job’s event as a run tells it', () => {
  test('of a step has x where it came, in the event or below an address', async () => {
    expect(await remoteEvent(step, server, signal)).toEqual({ type: 'step-end', ...numbers })
    for (const there of [inPlace, { url: '/v1/jobs/j/values/0', bytes: 16 }]) {
      const event = { ...step, x: { shape: [1, 2, 2], values: there } }
      expect(await remoteEvent(event, server, signal)).toEqual({
        type: 'step-end',
        ...numbers,
        x: { shape: [1, 2, 2], data: values },
      })
    }
  })

  test('of attention has its layers’ norms and maps in their order, and as many as it says', async () => {
    const layer = { height: 1, width: 2, mean_square: 0.5, norms: 1 }
    const layers = [
      { ...layer, name: 'a', maps: 2 },
      { ...layer, name: 'b', maps: 0 },
    ]
    const about = { step: 1, call: 2, role: 'negative', index: 3, tokens: [{ text: 'hat', positions: [4] }] }
    const event = { type: 'attention', ...about, layers, values: inPlace } as const
    const own = { height: 1, width: 2, meanSquare: 0.5 }
    expect(await remoteEvent(event, server, signal)).toEqual({
      type: 'attention',
      ...about,
      capture: {
        layers: [
          { ...own, name: 'a', norms: Float32Array.of(1), maps: Float32Array.of(2, 3) },
          { ...own, name: 'b', norms: Float32Array.of(4) },
        ],
      },
    })
    const short = { ...event, layers: layers.slice(0, 1) }
    await expect(remoteEvent(short, server, signal)).rejects.toMatchObject({ code: 'remote-malformed' })
  })

  test('of a status or a warning is told as it is', async () => {
    const status = { type: 'status', status: 'queued', attempt: 2, queue_position: 1 } as const
    expect(await remoteEvent(status, server, signal)).toEqual({
      type: 'status',
      status: 'queued',
      attempt: 2,
      queuePosition: 1,
    })
    const warning = { type: 'warning', code: 'c', message: 'm' } as const
    expect(await remoteEvent(warning, server, signal)).toEqual(warning)
  })

  test('is told once though a job that was begun anew tells it again; what differs is told', () => {
    const attention = {
      type: 'attention',
      step: 0,
      call: 0,
      role: 'positive',
      index: 0,
      tokens: [],
      layers: [],
      values: inPlace,
    }
    const events = [
      step,
      { ...step, call: 4 },
      attention,
      { ...attention, call: 1 },
      { ...attention, role: 'negative' },
      { ...attention, index: 1 },
      { type: 'warning', code: 'c', message: 'm' },
      { type: 'warning', code: 'd', message: 'm' },
      { type: 'warning', code: 'c', message: 'n' },
      { type: 'image', index: 0 },
      { type: 'image', index: 1 },
    ] as Parameters<typeof keyOf>[0][]
    const keys = events.map(keyOf)
    expect(new Set(keys).size).toBe(events.length)
    expect(keys).not.toContain(undefined)
    expect(keyOf({ ...step, ms: 99 })).toBe(keyOf(step))
    // A status is news each time.
    expect(keyOf({ type: 'status', status: 'running', attempt: 1, queue_position: null })).toBeUndefined()
  })
})
