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

  it('leave defaults out, and read them where they are left out', () => {
    const empty = { text: '', whole: 0, yes: false, texts: [], wholes: [] }
    expect(encodeMessage(everything, empty)).toHaveLength(0)
    expect(decodeMessage(everything, new Uint8Array())).toMatchObject(empty)
    // In a list, defaults are values like others.
    expect(Buffer.from(encodeMessage(everything, { texts: [''], wholes: [0] })).toString('hex')).toBe('12002a0100')
  })

  it('have whole numbers of 64 bits, signed, of up to ten bytes', () => {
    const whole = (...bytes: number[]) => decodeMessage(everything, Uint8Array.of(0x20, ...bytes)).whole
    const nine = Array.from({ length: 9 }, () => 0xff)
    expect(whole(...nine, 0x01)).toBe(-1)
    expect(whole(...nine, 0x7f)).toBe(-1)
    expect(whole(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10)).toBe(2 ** 53)
    expect(whole(0x96, 0x01)).toBe(150)
    expect(() => whole(...nine, 0xff, 0x01)).toThrow(expect.objectContaining({ code: 'remote-malformed' }))
    expect(() => whole(0x80)).toThrow(expect.objectContaining({ code: 'remote-malformed' }))
  })

  it('that end within a field, or have a wire type that is none, are refused', () => {
    for (const bytes of [
      [0x0a, 2, 0x61],
      [0x85, 0x01, 0, 0, 0],
      [0xf9, 0x7f, 0, 0, 0, 0],
      [0x23, 0],
    ]) {
      const read = () =>
        decodeMessage({ text: [1, 'string'], float: [16, 'float'], double: [2047, 'double'] }, Uint8Array.from(bytes))
      expect(read).toThrow(expect.objectContaining({ code: 'remote-malformed' }))
    }
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
