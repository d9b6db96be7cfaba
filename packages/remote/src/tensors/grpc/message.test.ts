import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeMessage } from './decode'
import type { Descriptor } from './descriptor'
import { encodeMessage } from './encode'
import { modelInferRequest, modelInferResponse } from './open-inference-proto'

const everything = {
  text: [1, 'string'],
  texts: [2, 'string', 'repeated'],
  raw: [3, 'bytes', 'repeated'],
  whole: [4, 'int64'],
  wholes: [5, 'int64', 'repeated'],
  yes: [6, 'bool'],
  floats: [16, 'float', 'repeated'],
  doubles: [2047, 'double', 'repeated'],
  inner: [7, { name: [1, 'string'], shape: [3, 'int64', 'repeated'] }, 'repeated'],
} as const satisfies Descriptor

const whole = fc.maxSafeInteger()

describe('protobuf messages', () => {
  it('come back as they were', () => {
    const messages = fc.record({
      text: fc.string({ unit: 'grapheme' }),
      texts: fc.array(fc.string()),
      raw: fc.array(fc.uint8Array({ maxLength: 300 })),
      whole,
      wholes: fc.array(whole),
      yes: fc.boolean(),
      floats: fc.array(fc.float({ noNaN: true })),
      doubles: fc.array(fc.double({ noNaN: true })),
      inner: fc.array(fc.record({ name: fc.string(), shape: fc.array(whole) })),
    })
    fc.assert(
      fc.property(messages, (message) => {
        expect(decodeMessage(everything, encodeMessage(everything, message))).toEqual(message)
      }),
      { seed: 5, numRuns: 300 },
    )
  })

  it('have protobuf’s bytes', () => {
    // message T { string name = 1; repeated int64 shape = 3; } with name "x" and shape [-1, 300].
    const bytes = encodeMessage(modelInferRequest, { inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 300] }] })
    expect(Buffer.from(bytes).toString('hex')).toBe(
      '2a170a017812044650333 21a0cffffffffffffffffff01ac02'.replace(' ', ''),
    )
  })

  it('pass over fields that nobody named, of every wire type', () => {
    const newer = {
      ...everything,
      a: [100, 'string'],
      b: [101, 'double'],
      c: [102, 'float'],
      d: [103, 'int64'],
    } as const
    const bytes = encodeMessage(newer, { a: 'x', b: 1.5, c: 2.5, d: -7, text: 'kept' })
    expect(decodeMessage(everything, bytes).text).toBe('kept')
  })

  it('take numbers packed or one by one', () => {
    const oneByOne = Uint8Array.of(0x28, 1, 0x28, 2)
    expect(decodeMessage(everything, oneByOne).wholes).toEqual([1, 2])
  })

  it('that are no messages are refused, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          decodeMessage(modelInferResponse, bytes)
        } catch (error) {
          expect(error).toMatchObject({ code: 'remote-malformed' })
        }
      }),
      { seed: 6, numRuns: 1000 },
    )
  })
})
