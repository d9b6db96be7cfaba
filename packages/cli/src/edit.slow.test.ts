import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import type { RunRecord } from '@neg/core'
import { readPngText } from '@neg/core'
import { readImage } from '@neg/node'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { inFolder } from './run-neg.test-helper'

const recordIn = (file: string): RunRecord => JSON.parse(readPngText(readFileSync(file)).neg)
const short = ['--steps', '6', '--seed', '3']

test('takes something out of a photograph of any kind: upright, in its size, the rest to the pixel, and again from the record', () =>
  inFolder(async (neg) => {
    await neg.run('generate', 'a professional office woman', '--seed', '12', '--steps', '10', '--out', 'drawn.png')
    // Larger than the model draws, no multiple of anything, lying on its side as cameras leave them.
    const wide = sharp(readFileSync(neg.path('drawn.png'))).resize(261, 203, { fit: 'fill' })
    writeFileSync(neg.path('photo.jpg'), await wide.rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer())
    const { code, stdout, stderr } = await neg.run('edit', 'photo.jpg', '--negative', 'glasses', ...short)
    expect([code, stdout]).toEqual([0, 'photo-edited.png\n'])
    expect(stderr).toContain('region-reduced')

    const file = readFileSync(neg.path('photo.jpg'))
    const [photo, edited] = [await readImage(file), await readImage(neg.path('photo-edited.png'))]
    expect([edited.width, edited.height]).toEqual([261, 203])
    const changed = edited.data.filter((value, i) => value !== photo.data[i]).length / edited.data.length
    expect(changed).toBeGreaterThan(0.005)
    expect(changed).toBeLessThan(0.5)

    const { recipe, evaluations } = recordIn(neg.path('photo-edited.png'))
    expect(recipe.image?.sha256).toBe(createHash('sha256').update(file).digest('hex'))
    expect(recipe.image?.inversion?.method).toBe('edit-friendly')
    expect(recipe.image?.find?.by).toBe('attention')
    expect(evaluations.before?.inversion).toBeGreaterThan(0)
    await neg.run('generate', '--from', 'photo-edited.png', '--image', 'photo.jpg', '--out', 'again.png')
    expect(readFileSync(neg.path('again.png')).equals(readFileSync(neg.path('photo-edited.png')))).toBe(true)
  }))

test('a mask says where it may change; what contradicts itself is refused', () =>
  inFolder(async (neg) => {
    const side = { width: 90, height: 60, channels: 4 as const }
    const grey = (colour: string) =>
      sharp({ create: { ...side, background: colour } })
        .png()
        .toBuffer()
    const white = await sharp({ create: { ...side, width: 20, height: 20, background: 'white' } })
      .png()
      .toBuffer()
    writeFileSync(neg.path('photo.png'), await grey('#8090a0'))
    const mask = sharp(await grey('black')).composite([{ input: white, left: 30, top: 10 }])
    writeFileSync(neg.path('mask.png'), await mask.png().toBuffer())
    const edit = (...options: string[]) => neg.run('edit', 'photo.png', '--negative', 'hat', ...options, ...short)
    expect((await edit('--mask', 'mask.png', '--method', 'ddim', '--out', 'a.png')).code).toBe(0)
    const [photo, edited] = [await readImage(neg.path('photo.png')), await readImage(neg.path('a.png'))]
    const outside = edited.data.every((value, i) => {
      const [x, y] = [(i >> 2) % 90, Math.floor((i >> 2) / 90)]
      return value === photo.data[i] || (x >= 30 && x < 50 && y >= 10 && y < 30)
    })
    expect(outside).toBe(true)
    for (const [options, said] of [
      [['--mask', 'mask.png', '--where', 'found'], 'recipe-invalid'],
      [['--where', 'nowhere'], '--where must be one of found'],
      [['--method', 'dpm-solver', '--refinements', '2'], 'recipe-invalid'],
    ] as const) {
      const { code, stderr } = await edit(...options)
      expect([code, stderr]).toEqual([2, expect.stringContaining(said)])
    }
  }))
