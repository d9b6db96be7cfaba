import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodePng } from './decode-png'

const chunk = (type: string, data: Uint8Array) => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)])
}

/** The five filters of the PNG specification, written forwards. */
function filter(kind: number, row: Uint8Array, above: Uint8Array, step: number): number[] {
  return [...row].map((value, i) => {
    const a = i >= step ? row[i - step] : 0
    const b = above[i] ?? 0
    const c = i >= step ? (above[i - step] ?? 0) : 0
    const p = a + b - c
    const nearest = [a, b, c].reduce((best, one) => (Math.abs(p - one) < Math.abs(p - best) ? one : best), a)
    return (value - [0, a, b, (a + b) >> 1, nearest][kind]) & 255
  })
}

function png(
  width: number,
  height: number,
  color: number,
  samples: number,
  pixels: Uint8Array,
  filters: readonly number[],
) {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([8, color, 0, 0, 0], 8)
  const stride = width * samples
  const rows = Array.from({ length: height }, (_, y) => {
    const row = pixels.subarray(y * stride, (y + 1) * stride)
    const above = y > 0 ? pixels.subarray((y - 1) * stride, y * stride) : new Uint8Array(stride)
    const kind = filters[y % filters.length]
    return Buffer.from([kind, ...filter(kind, row, above, samples)])
  })
  const data = deflateSync(Buffer.concat(rows))
  const half = data.length >> 1
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from('neg\0{}')),
    chunk('IDAT', data.subarray(0, half)),
    chunk('IDAT', data.subarray(half)),
    chunk('IEND', new Uint8Array()),
  ])
}

describe('a PNG', () => {
  test('gives the very pixels it was made of, whatever its filters and colours', async () => {
    const kinds = fc.constantFrom([0, 1], [2, 3], [4, 2], [6, 4])
    const size = fc.integer({ min: 1, max: 9 })
    const filters = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 9 })
    const seed = fc.integer()
    await fc.assert(
      fc.asyncProperty(size, size, kinds, filters, seed, async (width, height, [color, samples], filters, seed) => {
        const pixels = Uint8Array.from(
          { length: width * height * samples },
          (_, i) => (Math.imul(seed + i, 2654435761) >>> 11) & 255,
        )
        const decoded = await decodePng(png(width, height, color, samples, pixels, filters))
        const expected = Array.from({ length: width * height }, (_, i) => {
          const at = [...pixels.subarray(i * samples, (i + 1) * samples)]
          if (samples === 1) return [at[0], at[0], at[0], 255]
          if (samples === 2) return [at[0], at[0], at[0], at[1]]
          return samples === 3 ? [...at, 255] : at
        }).flat()
        expect([decoded.width, decoded.height, ...decoded.data]).toEqual([width, height, ...expected])
      }),
      { seed: 1, numRuns: 200 },
    )
  })

  const good = png(2, 2, 2, 3, new Uint8Array(12).fill(7), [0])
  const changed = (at: number, value: number) => {
    const file = Uint8Array.from(good)
    file[at] = value
    return file
  }
  test.each([
    ['no PNG', new Uint8Array([1, 2, 3])],
    ['16 bits a sample', changed(24, 16)],
    ['a palette', changed(25, 3)],
    ['interlaced', changed(28, 1)],
    ['cut off', good.subarray(0, good.length - 20)],
    ['of another height', changed(23, 3)],
    ['damaged', changed(good.length - 30, 255)],
  ])('that is %s is refused', async (_, file) => {
    await expect(decodePng(file)).rejects.toMatchObject({ code: 'image-malformed' })
  })
})
