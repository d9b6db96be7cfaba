import { readImage, writePng, writeWebp } from '@neg/node'
import { describe, expect, test } from 'vitest'
import { pictureSize } from './picture-size'

const picture = (width: number, height: number) => ({
  width,
  height,
  data: new Uint8ClampedArray(4 * width * height).fill(255),
})

describe('the size in a picture’s header', () => {
  test.each([
    [1, 1],
    [300, 7],
    [513, 1024],
  ])('is that of the picture, %i×%i', async (width, height) => {
    for (const file of [
      await writePng(picture(width, height)),
      await writeWebp(picture(width, height)),
      await writeWebp(picture(width, height), { quality: 50 }),
    ]) {
      expect(pictureSize(file)).toEqual({ width, height })
      const { width: w, height: h } = await readImage(file)
      expect([w, h]).toEqual([width, height])
    }
  })

  test('of a JPEG stands behind its other segments', () => {
    const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffdb000401ffffc0000b080123045601011100', 'hex')
    expect(pictureSize(jpeg)).toEqual({ width: 0x456, height: 0x123 })
  })

  test('of a JPEG is found behind padding, and is no table’s', () => {
    const frame = 'c2000b080123045601011100'
    const padded = Buffer.from(`ffd8ffffffff${frame}`, 'hex')
    expect(pictureSize(padded)).toEqual({ width: 0x456, height: 0x123 })
    for (const marker of ['c4', 'c8', 'cc']) {
      const table = Buffer.from(`ffd8ff${marker}000708ffff ffffff${frame}`.replace(' ', ''), 'hex')
      expect(pictureSize(table)).toEqual({ width: 0x456, height: 0x123 })
    }
  })

  test.each([
    ['nothing', ''],
    ['a sound file in the same container as WebP', `52494646ff00000057415645${'56503858'.padEnd(60, '01')}`],
    ['text', '68656c6c6f'],
    ['a PNG cut off in its header', '89504e470d0a1a0a0000000d494844520000'],
    ['a JPEG without a frame', 'ffd8ffe000044a46'],
    ['a PNG of no pixels', '89504e470d0a1a0a0000000d49484452000000000000000008020000000000'],
  ])('is missed in %s', (_, hex) => {
    expect(() => pictureSize(Buffer.from(hex, 'hex'))).toThrowError(/no PNG, JPEG or WebP/)
  })
})
