import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { type Pixels, type RunRecord, readPngText } from '@neg/core'
import { readImage, writePng } from '@neg/node'
import { expect, test } from 'vitest'
import { inFolder } from './run-neg.test-helper'

const recordIn = (file: string): RunRecord => JSON.parse(readPngText(readFileSync(file)).neg)
const short = ['--steps', '6', '--seed', '3']

/** A picture from its pixels’ colours. */
function picture(
  width: number,
  height: number,
  colour: (x: number, y: number) => ArrayLike<number>,
): Promise<Uint8Array> {
  const data = new Uint8ClampedArray(4 * width * height)
  for (let i = 0; i < width * height; i++) data.set(colour(i % width, Math.floor(i / width)), 4 * i)
  return writePng({ width, height, data })
}

test('takes something out of a picture of any size: the rest stays to the pixel, and the record repeats it', () =>
  inFolder(async (neg) => {
    await neg.run('generate', 'a professional office woman', '--seed', '12', '--steps', '10', '--out', 'drawn.png')
    const drawn: Pixels = await readImage(neg.path('drawn.png'))
    // Larger than the model draws, and no multiple of anything.
    const wide = picture(261, 203, (x, y) => {
      const at = 4 * (Math.floor((y * 128) / 203) * 128 + Math.floor((x * 128) / 261))
      return drawn.data.subarray(at, at + 4)
    })
    writeFileSync(neg.path('photo.png'), await wide)
    const { code, stdout, stderr } = await neg.run('edit', 'photo.png', '--negative', 'glasses', ...short)
    expect([code, stdout]).toEqual([0, 'photo-edited.png\n'])
    expect(stderr).toContain('region-reduced')

    const file = readFileSync(neg.path('photo.png'))
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
    await neg.run('generate', '--from', 'photo-edited.png', '--image', 'photo.png', '--out', 'again.png')
    expect(readFileSync(neg.path('again.png')).equals(readFileSync(neg.path('photo-edited.png')))).toBe(true)
  }))

test('a mask says where it may change; what contradicts itself is refused', () =>
  inFolder(async (neg) => {
    const inside = (x: number, y: number) => x >= 30 && x < 50 && y >= 10 && y < 30
    writeFileSync(neg.path('photo.png'), await picture(90, 60, () => [128, 144, 160, 255]))
    const light = (x: number, y: number) => (inside(x, y) ? [255, 255, 255, 255] : [0, 0, 0, 255])
    writeFileSync(neg.path('mask.png'), await picture(90, 60, light))
    const edit = (...options: string[]) => neg.run('edit', 'photo.png', '--negative', 'hat', ...options, ...short)
    expect((await edit('--mask', 'mask.png', '--method', 'ddim', '--out', 'a.png')).code).toBe(0)
    const [photo, edited] = [await readImage(neg.path('photo.png')), await readImage(neg.path('a.png'))]
    const outside = edited.data.every(
      (value, i) => value === photo.data[i] || inside((i >> 2) % 90, Math.floor((i >> 2) / 90)),
    )
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
