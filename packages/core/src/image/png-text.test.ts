import { crc32, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NegError } from '../errors/neg-error'
import { readPngText, writePngText } from './png-text'

/** Written by Pillow 12: two pixels; `parameters` (Latin-1), `comment` (iTXt), `packed` (zTXt). */
const pillow = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAANHRFWHRwYXJhbWV0ZXJzAGEgY2Fm6QpOZWdhdGl2ZSBwcm9tcHQ6IGdsYXNzZXMK' +
    'U3RlcHM6IDIwarc/8QAAABppVFh0Y29tbWVudAAAAAAA5pel5pys6KqeIPCfmIAPCo6JAAAAGnpUWHRwYWNrZWQAAHicq8osKEhNUajCQwEA9koN' +
    'XTKwa/MAAAAPSURBVHicY/jPwMDQ8B8ACAACf5xFQE4AAAAASUVORK5CYII=',
  'base64',
)
const bytes = new Uint8Array(pillow)

const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'nothing was thrown'
  } catch (error) {
    return NegError.isInstance(error) ? error.code : String(error)
  }
}

describe('readPngText', () => {
  it('reads what Pillow wrote, compressed or not', () => {
    expect(readPngText(bytes)).toEqual({
      parameters: 'a café\nNegative prompt: glasses\nSteps: 20',
      comment: '日本語 😀',
      packed: 'zipped '.repeat(5),
    })
  })

  it('reads a record that a tool compressed, as Latin-1 or as UTF-8, and refuses one that is broken', () => {
    const chunk = (type: string, data: Uint8Array) => {
      const body = Buffer.concat([Buffer.from(type), data])
      const ends = Buffer.alloc(8)
      ends.writeUInt32BE(data.length, 0)
      ends.writeUInt32BE(crc32(body), 4)
      return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
    }
    const withChunk = (one: Buffer) => new Uint8Array(Buffer.concat([bytes.subarray(0, 33), one, bytes.subarray(33)]))
    const record = JSON.stringify({ recipe: { prompt: 'größe' } })
    const zip = (text: string, encoding: 'latin1' | 'utf8') => deflateSync(Buffer.from(text, encoding))
    const z = chunk('zTXt', Buffer.concat([Buffer.from('neg\0\0', 'latin1'), zip(record, 'latin1')]))
    const i = chunk('iTXt', Buffer.concat([Buffer.from('neg\0\x01\0en\0neg\0', 'latin1'), zip(`${record}日`, 'utf8')]))
    expect(readPngText(withChunk(z)).neg).toBe(record)
    expect(readPngText(withChunk(i)).neg).toBe(`${record}日`)
    expect(readPngText(writePngText(withChunk(z), { neg: 'new' })).neg).toBe('new')
    const bomb = chunk(
      'zTXt',
      Buffer.concat([Buffer.from('neg\0\0', 'latin1'), deflateSync(Buffer.alloc(2 ** 24 + 1))]),
    )
    const broken = chunk('zTXt', Buffer.from('neg\0\0nothing', 'latin1'))
    for (const one of [bomb, broken]) expect(codeOf(() => readPngText(withChunk(one)))).toBe('image-malformed')
  })

  it('names what is no whole PNG', () => {
    expect(codeOf(() => readPngText(new Uint8Array(0)))).toBe('image-malformed')
    expect(codeOf(() => readPngText(new TextEncoder().encode('GIF89a, not a PNG at all')))).toBe('image-malformed')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (cut) => {
        expect(codeOf(() => readPngText(bytes.subarray(0, cut)))).toBe('image-malformed')
      }),
      { seed: 1 },
    )
  })

  it('gives up on a file of millions of empty chunks soon', () => {
    const empty = Buffer.from(`00000000${Buffer.from('teSt').toString('hex')}00000000`, 'hex')
    empty.writeUInt32BE(crc32(empty.subarray(4, 8)), 8)
    const file = new Uint8Array(33 + 12 * 2_700_000)
    file.set(bytes.subarray(0, 33))
    for (let at = 33; at < file.length; at += 12) file.set(empty, at)
    expect(() => readPngText(file)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('65536 chunks') }),
    )
  })

  it('notices every single changed byte', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const broken = bytes.slice()
        broken[at] ^= change
        expect(codeOf(() => readPngText(broken))).toBe('image-malformed')
      }),
      { seed: 2, numRuns: 400 },
    )
  })
})

describe('writePngText', () => {
  it('gives back what was written, and leaves the rest', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.stringMatching(/^[A-Za-z][A-Za-z0-9 _-]{0,20}$/),
          fc.string({ unit: 'grapheme', maxLength: 200 }),
        ),
        (texts) => {
          const written = writePngText(bytes, texts)
          expect(readPngText(written)).toEqual({ ...readPngText(bytes), ...texts })
          expect(writePngText(bytes, texts)).toEqual(written)
        },
      ),
      { seed: 3 },
    )
  })

  it('replaces a text of the same keyword', () => {
    const once = writePngText(bytes, { parameters: 'new', neg: '{}' })
    expect(readPngText(writePngText(once, { neg: '{"a":1}' }))).toEqual({
      parameters: 'new',
      neg: '{"a":1}',
      comment: '日本語 😀',
      packed: 'zipped '.repeat(5),
    })
  })

  it('keeps the picture’s own chunks byte for byte, after the texts', () => {
    const written = Buffer.from(writePngText(bytes, { neg: '{}' }))
    expect(written.subarray(0, 33)).toEqual(pillow.subarray(0, 33))
    expect(written.indexOf('IDAT')).toBeGreaterThan(written.indexOf('neg'))
    expect(written.subarray(written.indexOf('IDAT'))).toEqual(pillow.subarray(pillow.indexOf('IDAT')))
  })

  it('writes Latin-1 as tEXt and the rest as iTXt, with the checksums that zlib computes', () => {
    const written = Buffer.from(writePngText(bytes, { a: 'café', b: '日本' }))
    const view = new DataView(written.buffer, written.byteOffset)
    const length = view.getUint32(33)
    expect(written.toString('latin1', 37, 41 + length)).toBe('tEXta\0café')
    expect(view.getUint32(41 + length)).toBe(crc32(written.subarray(37, 41 + length)))
    expect(written.includes('iTXtb')).toBe(true)
  })

  it('takes megabytes of text', () => {
    const neg = 'x'.repeat(3_000_000)
    expect(readPngText(writePngText(bytes, { neg })).neg).toBe(neg)
  })

  it('refuses what can’t be a keyword', () => {
    for (const keyword of ['', 'a\0b', 'x'.repeat(80), '日本']) {
      expect(codeOf(() => writePngText(bytes, { [keyword]: '' }))).toBe('option-invalid')
    }
  })
})
