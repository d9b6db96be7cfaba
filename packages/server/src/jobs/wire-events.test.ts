import { bytesToFloats, inlineLimit } from '@neg/remote/wire'
import { expect, test } from 'vitest'
import { memoryBlobs } from '../blobs/memory-blobs'
import { attentionEvent, payload } from './wire-events'

const values = (length: number) => Float32Array.from({ length }, (_, i) => i / 7)
const decoded = (base64: string) => bytesToFloats(new Uint8Array(Buffer.from(base64, 'base64')))

test('few values are in the event, many in the store under their number', async () => {
  const blobs = memoryBlobs()
  let number = 0
  const keep = (length: number) => payload(values(length), blobs, 'j', () => number++)
  const most = inlineLimit / 4
  const inside = await keep(most)
  expect('data' in inside && decoded(inside.data)).toEqual(values(most))
  expect(await keep(most + 1)).toEqual({ url: '/v1/jobs/j/values/0', bytes: inlineLimit + 4 })
  expect(await keep(most + 2)).toEqual({ url: '/v1/jobs/j/values/1', bytes: inlineLimit + 8 })
  expect(bytesToFloats((await blobs.get('jobs/j/values-1.bin'))!.bytes)).toEqual(values(most + 2))
})

test('attention is told layer by layer: norms, then maps where there are any', async () => {
  const layer = (name: string, norms: number[], maps?: number[]) => ({
    name,
    height: 1,
    width: 2,
    norms: Float32Array.from(norms),
    ...(maps ? { maps: Float32Array.from(maps) } : {}),
    meanSquare: 0.5,
  })
  const event = await attentionEvent(
    {
      type: 'attention',
      step: 3,
      call: 4,
      role: 'negative',
      index: 1,
      tokens: [{ text: 'hat', positions: [2, 3] }],
      capture: { layers: [layer('a', [1], [2, 3]), layer('b', [4])] },
    } as never,
    async (all) => ({ data: [...all].join(' ') }),
  )
  const shape = { height: 1, width: 2, norms: 1, mean_square: 0.5 }
  expect(event).toEqual({
    type: 'attention',
    step: 3,
    call: 4,
    role: 'negative',
    index: 1,
    tokens: [{ text: 'hat', positions: [2, 3] }],
    layers: [
      { ...shape, name: 'a', maps: 2 },
      { ...shape, name: 'b', maps: 0 },
    ],
    values: { data: '1 2 3 4' },
  })
})
