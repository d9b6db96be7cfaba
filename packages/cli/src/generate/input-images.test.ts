import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { NegError, type RecipeInput } from '@neg/core'
import { writePng } from '@neg/node'
import { afterAll, expect, test } from 'vitest'
import type { GenerateFlags } from '../arguments/generate-flags'
import { inputImagesOf } from './input-images'

const folder = mkdtempSync(join(tmpdir(), 'neg-input-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function picture(name: string, width: number, height: number, value = 255): Promise<string> {
  const data = new Uint8ClampedArray(4 * width * height).fill(value)
  writeFileSync(join(folder, name), await writePng({ width, height, data }))
  return join(folder, name)
}

/** A PNG whose header says a size, and which has next to no pixels: whoever decoded it would say that it is broken. */
async function claiming(name: string, width: number, height: number): Promise<string> {
  const data = new Uint8ClampedArray(4 * 8 * 8).fill(255)
  const file = Buffer.from(await writePng({ width: 8, height: 8, data }))
  file.writeUInt32BE(width, 16)
  file.writeUInt32BE(height, 20)
  file.writeUInt32BE(crc32(file.subarray(12, 29)), 29)
  writeFileSync(join(folder, name), file)
  return join(folder, name)
}

const given = (flags: Partial<GenerateFlags>, base: Partial<RecipeInput> = {}) =>
  inputImagesOf(flags as GenerateFlags, base, false).then(
    ({ images }) => Object.values(images).map(({ width, height }) => `${width}×${height}`),
    (error) => (NegError.isInstance(error) ? `${error.code}: ${error.message.replace(folder, '')}` : error),
  )

test('pictures come with the size that is drawn, their own where none is said', async () => {
  const image = await picture('image.png', 16, 24)
  expect(await given({ image })).toEqual(['16×24'])
  expect(await given({ image, width: 16, height: 24 })).toEqual(['16×24'])
  expect(await given({ image }, { width: 16, height: 24 })).toEqual(['16×24'])
  expect(await given({ image, mask: await picture('mask.png', 16, 24, 90) })).toHaveLength(2)
})

test('sizes are read from headers and compared before anything is decoded', async () => {
  const huge = await claiming('huge.png', 16_000, 16_000)
  const small = await picture('small.png', 8, 8)
  expect(await given({ image: huge })).toMatch(/^size-invalid: \/huge\.png is 16000×16000 pixels; .*--width 16000/)
  expect(await given({ image: huge, width: 64 })).toMatch(/^image-mismatch: .*16000×16000 .*64×16000/)
  expect(await given({ image: huge }, { width: 64, height: 64 })).toMatch(/^image-mismatch: .*64×64/)
  expect(await given({ image: small, mask: huge })).toMatch(/^image-mismatch: \/huge\.png is 16000×16000 .*8×8/)
  // One side alone says little: the bound on what is decoded holds.
  expect(await given({ image: huge, width: 16_000 })).toMatch(/^limit-exceeded: \/huge\.png: /)
  // Whoever asks for such a picture gets as far as its pixels, which are not there.
  expect(await given({ image: huge, width: 16_000, height: 16_000 })).toMatch(/^image-malformed: \/huge\.png: /)
})

test('a mask’s edge goes into the recipe; without a mask there is none', async () => {
  const [image, mask] = [await picture('a.png', 16, 24), await picture('b.png', 16, 24, 90)]
  const edge = async (flags: Partial<GenerateFlags>, base: Partial<RecipeInput> = {}) =>
    (await inputImagesOf({ image, mask, ...flags } as GenerateFlags, base, false)).image?.feather
  expect(await edge({})).toBe(undefined)
  expect(await edge({ feather: 3 })).toBe(3)
  expect(await edge({ feather: false })).toBe(false)
  const recorded = { sha256: 'a'.repeat(64), feather: 5 }
  expect(await edge({}, { image: recorded })).toBe(5)
  expect(await given({ image, feather: 3 })).toMatch(/^option-invalid: --feather needs --mask/)
  expect(await given({ feather: 3 })).toMatch(/^option-invalid: --feather needs --image/)
})

test('control pictures keep what a record says of them; in a recipe’s file another takes the place of one', async () => {
  const [a, b] = [await picture('c1.png', 16, 24), await picture('c2.png', 16, 24, 90)]
  const controls = async (files: readonly object[], base: RecipeInput['control'], recorded: boolean, defaults = {}) =>
    inputImagesOf({ controls: { defaults, controls: files } } as GenerateFlags, { control: base }, recorded).then(
      ({ control }) => control?.map(({ sha256, ...rest }) => [sha256.slice(0, 4), rest]),
      (error) => error.code,
    )
  const [[one], [two]] = (await controls([{ file: a }, { file: b }], undefined, false)) as [string, object][]
  const shas = Object.keys(
    (await inputImagesOf({ controls: { defaults: {}, controls: [{ file: a }] } } as never, {}, false)).images,
  )
  const [sha256] = shas
  const twice = [
    { sha256, controlnet: 'x', strength: 0.5 },
    { sha256, controlnet: 'y' },
  ]
  expect(await controls([{ file: a }], twice, true)).toEqual([
    [one, { controlnet: 'x', strength: 0.5 }],
    [one, { controlnet: 'y' }],
  ])
  expect(await controls([{ file: a }, { file: b, controlnet: 'z' }], twice, true, { strength: 2 })).toEqual([
    [one, { controlnet: 'x', strength: 2 }],
    [one, { controlnet: 'y', strength: 2 }],
    [two, { controlnet: 'z', strength: 2 }],
  ])
  expect(await controls([{ file: b }], twice.slice(0, 1), false)).toEqual([[two, { controlnet: 'x', strength: 0.5 }]])
  expect(await controls([{ file: b }], twice, true)).toBe('image-mismatch')
  expect(await controls([], twice, false)).toBe('image-missing')
  expect(await controls([], [], false, { strength: 1 })).toBe('option-invalid')
  expect(await controls([{ file: a }, { file: await picture('c3.png', 8, 8) }], [], false)).toBe('image-mismatch')
})
