import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Pixels, readPngText } from '@neg/core'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { readImage } from './read-image'
import { writeFileAtomic } from './write-file-atomic'
import { writePng, writeWebp } from './write-image'

const folder = mkdtempSync(join(tmpdir(), 'neg-image-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const pixelsOf = (width: number, height: number, alpha = 255): Pixels => ({
  width,
  height,
  data: Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 ? alpha : (i * 37 + (i >> 3)) & 255,
  ),
})

describe('writePng, readImage', () => {
  it('give every pixel back, whatever the size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(255, 100),
        async (width, height, alpha) => {
          const pixels = pixelsOf(width, height, alpha)
          expect(await readImage(await writePng(pixels))).toEqual(pixels)
        },
      ),
      { seed: 1, numRuns: 20 },
    )
  })

  it('carry texts, and write equal bytes for equal input', async () => {
    const text = { neg: '{"prompt":"naïve 日本"}', parameters: 'a café\nSteps: 20' }
    const once = await writePng(pixelsOf(16, 9), { text })
    expect(readPngText(once)).toEqual(text)
    expect(await writePng(pixelsOf(16, 9), { text })).toEqual(once)
  })

  it('read lossless WebP as it was written', async () => {
    expect(await readImage(await writeWebp(pixelsOf(8, 8)))).toEqual(pixelsOf(8, 8))
  })

  it('name what is no picture, what was cut short, and what is not there', async () => {
    const png = await writePng(pixelsOf(32, 32))
    const path = join(folder, 'cut.png')
    writeFileSync(path, png.subarray(0, png.length - 30))
    await expect(readImage(path)).rejects.toMatchObject({ code: 'image-malformed' })
    await expect(readImage(new TextEncoder().encode('not a picture'))).rejects.toMatchObject({
      code: 'image-malformed',
    })
    await expect(readImage(join(folder, 'absent.png'))).rejects.toMatchObject({
      code: 'image-missing',
      message: expect.stringContaining('absent.png'),
    })
  })

  it('refuse pixels whose number is not width × height × 4', async () => {
    await expect(writePng({ ...pixelsOf(4, 4), width: 5 })).rejects.toMatchObject({ code: 'option-invalid' })
  })
})

describe('writeFileAtomic', () => {
  it('replaces the content and leaves nothing else', async () => {
    const path = join(folder, 'out.png')
    await writeFileAtomic(path, 'old')
    await writeFileAtomic(path, new TextEncoder().encode('new'))
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(readdirSync(folder).filter((name) => name.includes('out.png'))).toEqual(['out.png'])
  })

  it('says why it failed, and leaves nothing behind', async () => {
    await expect(writeFileAtomic(join(folder, 'absent', 'x.png'), 'x')).rejects.toMatchObject({
      code: 'write-failed',
      message: expect.stringContaining('folder does not exist'),
    })
    const before = readdirSync(folder)
    await expect(writeFileAtomic(folder, 'x')).rejects.toMatchObject({ code: 'write-failed' })
    expect(readdirSync(folder)).toEqual(before)
    expect(readdirSync(tmpdir()).filter((name) => name.endsWith('.tmp') && name.startsWith('.neg-image'))).toEqual([])
  })
})
