import type { Value } from '@neg/onnx'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headerLengthName, joinBody, RawReader, splitBody } from './binary-body'
import { decodeTexts, encodeTexts } from './bytes-elements'
import { type Datatype, datatypeBytes } from './datatype'
import { jsonData, tensorOfJson } from './json-data'
import { byteCount, bytesOf, elementCount, fromWire, toWire, type WireTensor, wireOf } from './wire-tensor'

const code = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return (error as { code?: string }).code
  }
  return undefined
}

const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 })
const count = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1)

/** Values of every element type, with bits that must survive. */
const values: fc.Arbitrary<Value> = shapes.chain((shape) => {
  const size = { minLength: count(shape), maxLength: count(shape) }
  return fc.oneof(
    fc.float32Array(size).map((data): Value => ({ type: 'float32', data, shape })),
    fc.uint16Array(size).map((data): Value => ({ type: 'float16', data, shape })),
    fc.float64Array(size).map((data): Value => ({ type: 'float64', data, shape })),
    fc.bigInt64Array(size).map((data): Value => ({ type: 'int64', data, shape })),
    fc.int32Array(size).map((data): Value => ({ type: 'int32', data, shape })),
    fc.uint8Array(size).map((data): Value => ({ type: 'uint8', data, shape })),
  )
})

describe('tensors as bytes', () => {
  it('come back bit for bit, wherever they lie in a body', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 7 }), (value, offset) => {
        const wire = wireOf('x', value)
        const body = new Uint8Array(offset + wire.bytes.byteLength)
        body.set(wire.bytes, offset)
        const back = fromWire({ ...wire, bytes: body.subarray(offset) })
        expect(back.type).toBe(value.type)
        expect(back.shape).toEqual(value.shape)
        expect(bytesOf(back.data)).toEqual(bytesOf(value.data))
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  it('are refused when their size does not fit their shape', () => {
    const tensor: WireTensor = { name: 'x', datatype: 'FP32', shape: [2, 3], bytes: new Uint8Array(20) }
    expect(code(() => fromWire(tensor))).toBe('remote-malformed')
  })

  it('are counted without overflow', () => {
    expect(elementCount([])).toBe(1)
    expect(elementCount([4, 0, 7])).toBe(0)
    expect(elementCount([2 ** 31, 2 ** 31])).toBeNaN()
    expect(elementCount([-1, 4])).toBeNaN()
    expect(elementCount([1.5])).toBeNaN()
    expect(byteCount('INT64', [2 ** 51])).toBeNaN()
    expect(byteCount('BYTES', [3])).toBeUndefined()
    expect(byteCount('FP16', [3, 5])).toBe(30)
  })

  it('round float32 to bfloat16 to nearest, ties to even', () => {
    const bits = (x: number) => {
      const { bytes } = toWire('x', { type: 'float32', data: Float32Array.of(x), shape: [1] }, 'BF16')
      return bytes[0] | (bytes[1] << 8)
    }
    // 1 + 2⁻⁸ lies between 1 and 1 + 2⁻⁷: the even one is 1; 1 + 3·2⁻⁸ goes up to 1 + 2⁻⁶.
    expect([1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, -2, 3.3895314e38].map(bits)).toEqual([
      0x3f80, 0x3f80, 0x3f82, 0xc000, 0x7f7f,
    ])
    expect(bits(3.4e38)).toBe(0x7f80)
    const nan = fromWire({ name: 'x', datatype: 'BF16', shape: [1], bytes: Uint8Array.of(0xc1, 0x7f) })
    expect(nan.data[0]).toBeNaN()
    expect(bits(Number.NaN) & 0x7fc0).toBe(0x7fc0)
  })

  it('of bfloat16 come back exactly', () => {
    const halves = Uint16Array.from({ length: 65_536 }, (_, i) => i).filter((half) => (half & 0x7f80) !== 0x7f80)
    const wire: WireTensor = { name: 'x', datatype: 'BF16', shape: [halves.length], bytes: bytesOf(halves) }
    expect(toWire('x', fromWire(wire), 'BF16').bytes).toEqual(wire.bytes)
  })
})

describe('tensors as JSON', () => {
  it('come back exactly: JSON’s numbers hold every float32', () => {
    fc.assert(
      fc.property(fc.float32Array({ noNaN: true, maxLength: 20 }), (data) => {
        const finite = data.filter(Number.isFinite)
        const wire = wireOf('x', { type: 'float32', data: finite, shape: [finite.length] })
        const json = JSON.parse(JSON.stringify(jsonData(wire)))
        // Only the sign of zero is lost.
        expect(fromWire(tensorOfJson('x', 'FP32', wire.shape, json)).data).toEqual(finite.map((x) => x + 0))
      }),
      { seed: 2, numRuns: 300 },
    )
  })

  it('may be nested, and hold booleans and whole numbers', () => {
    expect(
      fromWire(
        tensorOfJson(
          'x',
          'INT64',
          [2, 2],
          [
            [1, 2],
            [3, -4],
          ],
        ),
      ).data,
    ).toEqual(BigInt64Array.of(1n, 2n, 3n, -4n))
    expect(fromWire(tensorOfJson('x', 'BOOL', [2], [true, 0])).data).toEqual(Uint8Array.of(1, 0))
    expect(decodeTexts(tensorOfJson('x', 'BYTES', [2], ['a', 'ü']).bytes, 'x')).toEqual(['a', 'ü'])
    expect(fromWire(tensorOfJson('x', 'FP16', [2], [1, -2])).data).toEqual(Uint16Array.of(0x3c00, 0xc000))
  })

  it('are refused where JSON or the datatype has no such number, not changed in silence', () => {
    const floats = (...data: number[]) =>
      jsonData(wireOf('x', { type: 'float32', data: Float32Array.from(data), shape: [2] }))
    expect(code(() => floats(1, Number.NaN))).toBe('remote-unsupported')
    expect(code(() => floats(Number.NEGATIVE_INFINITY, 1))).toBe('remote-unsupported')
    const whole = { type: 'int64', data: BigInt64Array.of(2n ** 53n + 1n), shape: [1] } as const
    expect(code(() => jsonData(wireOf('x', whole)))).toBe('remote-unsupported')
    for (const [datatype, number] of [
      ['FP32', 1e39],
      ['FP16', 70_000],
      ['FP16', -1e300],
      ['BF16', 3.4e39],
      ['INT32', 2 ** 31],
      ['INT32', 1.5],
      ['INT64', 2 ** 54],
      ['INT64', 0.5],
      ['UINT8', 256],
      ['UINT8', -1],
      ['BOOL', 2],
    ] as const) {
      expect([datatype, number, code(() => tensorOfJson('x', datatype, [1], [number]))]).toEqual([
        datatype,
        number,
        'remote-malformed',
      ])
    }
  })

  it('are refused when they do not fit', () => {
    let deep: unknown = 1
    for (let i = 0; i < 5000; i++) deep = [deep]
    const wrong: [Datatype, number[], unknown][] = [
      ['FP32', [3], [1, 2]],
      ['FP32', [1], ['1']],
      ['INT64', [1], [1.5]],
      ['BYTES', [1], [7]],
      ['BYTES', [2], ['text', 7]],
      ['FP32', [2], [1, '1']],
      ['INT32', [2], [1, 0.5]],
      ['FP32', [1], undefined],
      ['FP32', [1], deep],
      ['FP32', [1], [null]],
    ]
    for (const [datatype, shape, data] of wrong) {
      expect(code(() => tensorOfJson('x', datatype, shape, data))).toBe('remote-malformed')
    }
    expect(code(() => tensorOfJson('x', 'UINT32', [1], [1]))).toBe('remote-unsupported')
  })
})

describe('texts as BYTES', () => {
  it('come back', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
        expect(decodeTexts(encodeTexts(texts), 'x')).toEqual(texts)
      }),
      { seed: 3, numRuns: 200 },
    )
  })

  it('are refused when lengths and bytes disagree, whatever the bytes', () => {
    expect(code(() => decodeTexts(Uint8Array.of(5, 0, 0, 0, 65), 'x'))).toBe('remote-malformed')
    expect(code(() => decodeTexts(Uint8Array.of(1, 0), 'x'))).toBe('remote-malformed')
    expect(code(() => decodeTexts(Uint8Array.of(1, 0, 0, 0, 0xff), 'x'))).toBe('remote-malformed')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect([undefined, 'remote-malformed']).toContain(code(() => decodeTexts(bytes, 'x')))
      }),
      { seed: 4, numRuns: 500 },
    )
  })
})

describe('binary bodies', () => {
  it('come apart as they were put together', () => {
    const parts = [Uint8Array.of(1, 2, 3), new Uint8Array(), Uint8Array.of(4)]
    const { body, headerLength } = joinBody({ text: 'ü' }, parts)
    const { head, raw } = splitBody(body, String(headerLength))
    expect(head).toEqual({ text: 'ü' })
    const reader = new RawReader(raw)
    expect(parts.map(({ byteLength }) => reader.take(byteLength, 'x'))).toEqual(parts)
    reader.end()
  })

  it('without a header length are JSON', () => {
    expect(splitBody(new TextEncoder().encode('[1]'), undefined).head).toEqual([1])
  })

  it('are refused when the header length is none, or beyond the body', () => {
    const body = new TextEncoder().encode('{}')
    for (const length of ['0', '-1', '3', '1e9', '', 'x', '99999999999999999999', '1.5']) {
      expect(code(() => splitBody(body, length))).toBe('remote-malformed')
    }
    expect(headerLengthName).toBe('inference-header-content-length')
  })

  it('are refused when tensors take more or fewer bytes than came', () => {
    expect(code(() => new RawReader(new Uint8Array(3)).take(4, 'x'))).toBe('remote-malformed')
    expect(code(() => new RawReader(new Uint8Array(3)).take(-1, 'x'))).toBe('remote-malformed')
    expect(code(() => new RawReader(new Uint8Array(3)).end())).toBe('remote-malformed')
  })
})

describe('datatypes', () => {
  it('have the sizes of the protocol', () => {
    expect(Object.keys(datatypeBytes)).toHaveLength(14)
    expect([datatypeBytes.FP16, datatypeBytes.BF16, datatypeBytes.INT64, datatypeBytes.BOOL]).toEqual([2, 2, 8, 1])
  })
})
