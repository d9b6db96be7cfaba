import { tensor } from '@neg/core'
import { fromFloat16 } from '@neg/core/internal'
import { zeros } from '@neg/core/tensor'
import { describe, expect, it } from 'vitest'
import type { Signature } from '../session/session'
import type { ValueInfo } from '../session/value'
import type { ResolvedRow } from './resolved-row'
import { unet } from './unet'

const conditioning = { id: '', prompt: { text: '' }, words: [], length: 3, warnings: [], release: () => undefined }

const row = (t: number, value: number): ResolvedRow => {
  const text = tensor(new Float32Array(6).fill(value), [3, 2])
  return {
    row: { picture: 'p', t, input: tensor(Float32Array.of(value, value), [1, 1, 2]), conditioning, guidanceInput: 8.5 },
    embedding: { inputs: { encoder_hidden_states: text, text_embeds: zeros([4]), time_ids: zeros([6]) }, text },
  }
}

const output: ValueInfo = { name: 'out_sample', type: 'float32', shape: ['b', 1, 'h', 'w'] }
const signature = (
  timestep: ValueInfo['shape'],
  changes: Partial<Record<string, Partial<ValueInfo>>> = {},
): Signature => ({
  inputs: (
    [
      { name: 'sample', type: 'float32', shape: ['b', 1, 'h', 'w'] },
      { name: 'timestep', type: 'float32', shape: timestep },
      { name: 'encoder_hidden_states', type: 'float32', shape: ['b', 's', 2] },
    ] as ValueInfo[]
  ).map((info) => ({ ...info, ...changes[info.name] })),
  outputs: [output],
})

describe('unet.describe', () => {
  it('feeds a timestep of rank 1 a row, of rank 0 or of one value a call', () => {
    const rows = [row(3, 1), row(3, 2)]
    const perRow = unet.describe(signature(['b']), 'unet')
    expect(perRow.batchedTimestep).toBe(true)
    expect(perRow.feeds(rows).timestep).toEqual({ type: 'float32', data: Float32Array.of(3, 3), shape: [2] })
    const scalar = unet.describe(signature([]), 'unet')
    expect(scalar.batchedTimestep).toBe(false)
    expect(scalar.feeds(rows).timestep).toEqual({ type: 'float32', data: Float32Array.of(3), shape: [] })
    for (const shape of [['steps'], [1]]) {
      const one = unet.describe(signature(shape), 'unet')
      expect(one.batchedTimestep).toBe(false)
      expect(one.feeds(rows).timestep.shape).toEqual([1])
    }
  })

  it('feeds the types that the graph declares', () => {
    const half = unet.describe(signature([], { timestep: { type: 'int64' }, sample: { type: 'float16' } }), 'unet')
    expect(half.integerTimestep).toBe(true)
    const feeds = half.feeds([row(499.6, 0.1)])
    expect(feeds.timestep.data).toEqual(BigInt64Array.of(500n))
    expect(feeds.sample.type).toBe('float16')
    expect(fromFloat16(feeds.sample.data as Uint16Array)[0]).toBeCloseTo(0.1, 4)
  })

  it('fills up calls of an export with a fixed number of rows', () => {
    const fixed = unet.describe(signature([], { sample: { shape: [2, 1, 1, 2] } }), 'unet')
    expect(fixed.fixedRows).toBe(2)
    expect(fixed.fixedSize).toEqual([1, 2])
    const { sample } = fixed.feeds([row(3, 7)])
    expect(sample.shape).toEqual([2, 1, 1, 2])
    expect(sample.data).toEqual(Float32Array.of(7, 7, 7, 7))
  })

  it('embeds the guidance scale for LCM: cos 0 and sin 0 where w is 1', () => {
    const base = signature([])
    const condition: ValueInfo = { name: 'timestep_cond', type: 'float32', shape: ['b', 4] }
    const lcm = unet.describe({ ...base, inputs: [...base.inputs, condition] }, 'unet')
    expect(lcm.distilled).toBe(true)
    const at = (w: number) => [
      ...(lcm.feeds([{ ...row(1, 1), row: { ...row(1, 1).row, guidanceInput: w } }]).timestep_cond
        .data as Float32Array),
    ]
    expect(at(1)).toEqual([0, 0, 1, 1])
    const [sine, slow, cosine] = at(2)
    expect(sine).toBeCloseTo(Math.sin(1000), 4)
    expect(cosine).toBeCloseTo(Math.cos(1000), 4)
    expect(slow).toBeCloseTo(Math.sin(0.1), 4)
    expect(() => lcm.feeds([{ ...row(1, 1), row: { ...row(1, 1).row, guidanceInput: undefined } }])).toThrow(
      'guidance input',
    )
  })

  it('refuses inputs that it has no values for', () => {
    const base = signature([])
    const strange: ValueInfo = { name: 'image_embeds', type: 'float32', shape: ['b', 4] }
    expect(() => unet.describe({ ...base, inputs: [...base.inputs, strange] }, 'unet')).toThrow('image_embeds')
    expect(() => unet.describe({ ...base, inputs: base.inputs.slice(1) }, 'unet')).toThrow("no 'sample'")
  })
})
