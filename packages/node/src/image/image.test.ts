import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { type Pixels, readPngText } from '@neg/core'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { inputImage } from './input-image'
import { imageSize, readImage } from './read-image'
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

  it('say the size without decoding, upright', async () => {
    const png = await writePng(pixelsOf(16000, 2))
    expect(await imageSize(png.subarray(0, 200))).toEqual({ width: 16000, height: 2 })
    const turned = await sharp(Buffer.from(await writePng(pixelsOf(6, 4))))
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer()
    expect(await imageSize(turned)).toEqual({ width: 4, height: 6 })
    expect(await readImage(turned)).toMatchObject({ width: 4, height: 6 })
  })

  it('refuse what says it has more pixels than asked for, before anything is decoded', async () => {
    const png = await writePng(pixelsOf(100, 100))
    expect(await readImage(png, { mostPixels: 10_000 })).toMatchObject({ width: 100 })
    await expect(readImage(png, { mostPixels: 9_999 })).rejects.toMatchObject({ code: 'limit-exceeded' })
    // 16,000² as PNG: some hundred kB that would take a GB. Its pixels are missing here: nobody looks at them.
    const head = Buffer.from(png)
    head.writeUInt32BE(16_000, 16)
    head.writeUInt32BE(16_000, 20)
    head.writeUInt32BE(crc32(head.subarray(12, 29)), 29)
    await expect(readImage(head)).rejects.toMatchObject({
      code: 'limit-exceeded',
      message: expect.stringMatching(/16000×16000/),
    })
  })

  it('refuse SVG, which is a program for drawing', async () => {
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="16000" height="16000"/>')
    await expect(readImage(svg)).rejects.toMatchObject({
      code: 'image-malformed',
      message: expect.stringMatching(/of the kind svg/),
    })
    await expect(imageSize(svg)).rejects.toMatchObject({ code: 'image-malformed' })
  })

  it('refuse pixels whose number is not width × height × 4', async () => {
    await expect(writePng({ ...pixelsOf(4, 4), width: 5 })).rejects.toMatchObject({ code: 'option-invalid' })
  })
})

describe('inputImage', () => {
  it('names a picture by its file, whether that is a path, its content, or pixels that writePng would write', async () => {
    const data = new Uint8ClampedArray(2 * 3 * 4).map((_, i) => (i % 4 === 3 ? 255 : 9 * i))
    const pixels: Pixels = { width: 2, height: 3, data }
    const bytes = await writePng(pixels)
    const file = join(folder, 'input.png')
    writeFileSync(file, bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    for (const source of [file, bytes, pixels]) expect(await inputImage(source)).toEqual({ sha256, pixels })
    await expect(inputImage(join(folder, 'none.png'))).rejects.toMatchObject({ code: 'image-missing' })
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

  it('writes what a link leads to, and leaves the link', async () => {
    writeFileSync(join(folder, 'real.png'), 'old')
    for (const [link, to] of [
      ['link.png', 'real.png'],
      ['new-link.png', 'made.png'],
    ]) {
      symlinkSync(to, join(folder, link))
      await writeFileAtomic(join(folder, link), 'new')
      expect(lstatSync(join(folder, link)).isSymbolicLink()).toBe(true)
      expect(lstatSync(join(folder, to)).isFile()).toBe(true)
      expect(readFileSync(join(folder, to), 'utf8')).toBe('new')
    }
    symlinkSync('round.png', join(folder, 'round.png'))
    await expect(writeFileAtomic(join(folder, 'round.png'), 'x')).rejects.toMatchObject({
      code: 'write-failed',
      message: expect.stringContaining('circle'),
    })
  })

  it('writes to devices as they are, and never replaces one', async () => {
    // A link to the device, so that a mistake here replaces the link and not the device.
    const link = join(folder, 'device')
    symlinkSync('/dev/full', link)
    await expect(writeFileAtomic(link, 'x')).rejects.toMatchObject({
      code: 'write-failed',
      // Only Linux has a device that is always full.
      message: process.platform === 'linux' ? expect.stringContaining('the disk is full') : expect.any(String),
    })
    rmSync(link)
    symlinkSync('/dev/null', link)
    await writeFileAtomic(link, 'x')
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  it('writes into a pipe that somebody reads from, and fails at once where nobody does', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    await expect(writeFileAtomic(pipe, 'x')).rejects.toMatchObject({
      code: 'write-failed',
      message: expect.stringContaining('nobody reads'),
    })
    const content = 'x'.repeat(300_000)
    const reader = spawn('cat', [pipe])
    let read = 0
    reader.stdout.on('data', (piece: Buffer) => (read += piece.length))
    const ended = new Promise((resolve) => reader.on('close', resolve))
    await expect
      .poll(() =>
        writeFileAtomic(pipe, content).then(
          () => 'written',
          () => 'not yet',
        ),
      )
      .toBe('written')
    await ended
    expect(read).toBe(content.length)
    expect(statSync(pipe).isFIFO()).toBe(true)
  })

  it('refuses a socket', async () => {
    const path = join(folder, 'socket')
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(path, resolve))
    try {
      await expect(writeFileAtomic(path, 'x')).rejects.toMatchObject({
        code: 'write-failed',
        message: expect.stringMatching(/a socket/),
      })
      expect(statSync(path).isSocket()).toBe(true)
    } finally {
      server.close()
    }
  })
})
