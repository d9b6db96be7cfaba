import { createHash } from 'node:crypto'
import { fromWire, type WireTensor, wireOf } from '@neg/remote/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConditioningMiss, digestStore, recall } from './digests'

const tensor = (name: string, shape: number[], fill: (i: number) => number): WireTensor =>
  wireOf(name, {
    type: 'float32',
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => fill(i)),
    shape,
  })
const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
const named = { latents: 'sample', text: 'encoder_hidden_states' }
const sample = tensor('sample', [1, 2], (i) => i)
const text = tensor('encoder_hidden_states', [2, 3, 2], (i) => i)
const digests = [digestOf(text.bytes.subarray(0, 24)), digestOf(text.bytes.subarray(24))]

describe('conditioning by digest', () => {
  it('is kept when it comes and found when it does not, in any order and number', () => {
    const store = digestStore(1000)
    recall([sample, text], named, digests, store, 'a')
    const [found] = recall([sample], named, [digests[1], digests[0], digests[1]], store, 'a').slice(-1)
    expect(found.shape).toEqual([3, 3, 2])
    expect([...fromWire(found).data]).toEqual([6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  it('makes one latent one for each row', () => {
    const store = digestStore(1000)
    const [repeated] = recall([sample, text], named, digests, store, 'a')
    expect([repeated.shape, [...fromWire(repeated).data]]).toEqual([
      [2, 2],
      [0, 1, 0, 1],
    ])
  })

  it('is found by whom it came from only', () => {
    const store = digestStore(1000)
    recall([sample, text], named, digests, store, 'a')
    expect(() => recall([sample], named, digests, store, 'b')).toThrow(ConditioningMiss)
    expect(() => recall([sample], named, digests, store, 'b')).toThrow(`COND_MISS ${digests[0]}`)
  })

  it('is never believed: another row’s digest is refused and nothing is kept under it', () => {
    const store = digestStore(1000)
    expect(() => recall([sample, text], named, [digests[1], digests[0]], store, 'a')).toThrow(
      expect.objectContaining({ code: 'request-invalid' }),
    )
    expect(store.bytes).toBe(0)
  })

  it('does not hold the body it came in', () => {
    const store = digestStore(1000)
    recall([sample, text], named, digests, store, 'a')
    expect(store.find('a', digests[0])?.bytes.buffer.byteLength).toBe(24)
  })

  it('of different lengths never shares a call', () => {
    const store = digestStore(1000)
    recall([sample, text], named, digests, store, 'a')
    const longer = tensor('encoder_hidden_states', [1, 6, 2], (i) => i)
    const digest = digestOf(longer.bytes)
    recall([sample, longer], named, [digest], store, 'a')
    expect(() => recall([sample], named, [digests[0], digest], store, 'a')).toThrow(
      expect.objectContaining({ code: 'request-invalid' }),
    )
  })
})

describe('the store', () => {
  it('never holds more than it may, and gives up what was longest not asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 60 }))), (sent) => {
        const store = digestStore(100)
        const row = (size: number) => ({ datatype: 'UINT8', shape: [size], bytes: new Uint8Array(size) }) as const
        for (const [digest, size] of sent) {
          store.keep('x', digest, row(size))
          expect(store.bytes).toBeLessThanOrEqual(100)
          expect(store.find('x', digest)?.bytes.byteLength).toBe(size)
        }
      }),
      { seed: 9, numRuns: 200 },
    )
    const store = digestStore(2)
    const one = { datatype: 'UINT8', shape: [1], bytes: new Uint8Array(1) } as const
    store.keep('x', 'a', one)
    store.keep('x', 'b', one)
    store.find('x', 'a')
    store.keep('x', 'c', one)
    expect(['a', 'b', 'c'].filter((digest) => store.find('x', digest))).toEqual(['a', 'c'])
  })
})
