import { readFileSync } from 'node:fs'
import { type DiffusionModel, generate, NegError, plan, type RecipeInput } from '@neg/core'
import { describe, expect, it } from 'vitest'
import { openAxis, widenedUnet } from '../../test/changed-graph'
import { diskFiles } from '../../test/disk-files'
import { cpu } from '../../test/local-model'
import { overlayFiles } from '../../test/overlay-files'
import { maskPixels, recordedPicture } from '../../test/pictures'
import { localSessions } from '../session/local-sessions'
import { createOnnxModel } from './create-onnx-model'

interface Case {
  readonly model: string
  readonly channels: number
  readonly steps: number
  readonly scale: number
  readonly imageScale?: number
  readonly width: number
  readonly height: number
  readonly seed: number
  readonly strength?: number
  readonly negative?: null
  readonly scheduler?: string
  /** The first latents, and the largest of all. */
  readonly first: readonly number[]
  readonly largest: number
}

const { cases } = JSON.parse(readFileSync('fixtures/layouts/reading.json', 'utf8')) as { cases: Case[] }
const [photo, mask] = ['a'.repeat(64), 'b'.repeat(64)]

/** A layout whose UNet reads further channels. */
async function reading(name: string, channels: number, changes: Record<string, string | Uint8Array | null> = {}) {
  const folder = `fixtures/layouts/${name}`
  const config = JSON.parse(readFileSync(`${folder}/unet/config.json`, 'utf8'))
  const files = overlayFiles(diskFiles(folder), {
    'unet/model.onnx': widenedUnet(new Uint8Array(readFileSync(`${folder}/unet/model.onnx`)), channels),
    'unet/config.json': JSON.stringify({ ...config, in_channels: channels }),
    ...changes,
  })
  return createOnnxModel({ files, sessions: await localSessions({ files, runtime: cpu }) })
}

const imagesOf = (width: number, height: number) => ({
  [photo]: recordedPicture(width, height),
  [mask]: maskPixels(width, height, (x, y) => x >= width / 4 + 3 && x < (3 * width) / 4 && y >= height / 4 - 5),
})

const latentsOf = async (model: DiffusionModel, recipe: RecipeInput) => {
  const { width = 64, height = 64 } = recipe
  return (await generate(model, recipe, { images: imagesOf(width, height), decode: false }).result).latents.data
}

it.each(cases.map((one, i) => ({ ...one, i, one })))(
  '$i $model with $channels channels, strength $strength, scales $scale and $imageScale, $scheduler: diffusers’ latents',
  async ({ one, model: name, channels, steps, scale, imageScale, width, height, seed, strength, scheduler }) => {
    const model = await reading(name, channels)
    const latents = await latentsOf(model, {
      prompt: 'a man with glasses',
      negatives: one.negative === null ? [] : ['a hat'],
      ...{ steps, scale, width, height, seed },
      ...(scheduler ? { scheduler } : {}),
      image: { sha256: photo, ...(strength ? { strength, mask } : {}) },
      ...(imageScale ? { guidance: { name: 'instruct-pix2pix', options: { imageScale } } } : {}),
    })
    const worst = Math.max(...one.first.map((value, i) => Math.abs(value - latents[i])))
    expect(worst / one.largest).toBeLessThan(1e-4)
    await model.dispose()
  },
)

describe('a network made for inpainting', () => {
  it('draws from text alone, as if all of a picture were painted anew', async () => {
    const model = await reading('tiny-sd15', 9)
    const recipe = { prompt: 'a dog', negatives: ['a cat'], steps: 2, seed: 3, width: 64, height: 64 }
    expect(model.info).toMatchObject({ reads: 'masked-image', latent: { channels: 4 } })
    const fromText = await latentsOf(model, recipe)
    expect(await latentsOf(model, { ...recipe, image: { sha256: photo } })).toEqual(fromText)
    expect(await latentsOf(model, { ...recipe, image: { sha256: photo, mask } })).not.toEqual(fromText)
    await model.dispose()
  })

  it('is told by its config where its graph leaves the channels open', async () => {
    const wide = widenedUnet(new Uint8Array(readFileSync('fixtures/layouts/tiny-sd15/unet/model.onnx')), 9)
    const model = await reading('tiny-sd15', 9, {
      'unet/model.onnx': openAxis(openAxis(wide, 'sample', 1), 'out_sample', 1),
    })
    expect(model.info.reads).toBe('masked-image')
    await model.dispose()
  })

  it('is refused without a VAE encoder, and with channels of another kind', async () => {
    const code = (promise: Promise<unknown>) =>
      promise.then(
        () => 'opened',
        (error: unknown) => (NegError.isInstance(error) ? `${error.code}: ${error.message}` : String(error)),
      )
    expect(await code(reading('tiny-sd15', 9, { 'vae_encoder/model.onnx': null }))).toMatch(/vae_encoder/)
    expect(await code(reading('tiny-sd15', 5))).toMatch(/model-unsupported: .*depth-to-image/)
  })
})

describe('InstructPix2Pix', () => {
  it('is what its model recommends, needs a picture, and costs three passes', async () => {
    const model = await reading('tiny-sd15', 8)
    expect(() => plan({ prompt: 'a dog' }, model)).toThrow(/edits a picture/)
    const recipe = { prompt: 'a dog', image: { sha256: photo }, steps: 4, seed: 1, width: 64, height: 64 }
    const planned = plan(recipe, model)
    expect([planned.steps, planned.max, planned.exact]).toEqual([
      planned.calls.length - 1,
      3 * planned.calls.length,
      true,
    ])
    const several = plan({ ...recipe, negatives: ['a hat', { text: 'a cat', scale: 1 }] }, model)
    expect(several.max).toBe(7 * planned.calls.length)
    const { record } = await generate(model, recipe, { images: imagesOf(64, 64), decode: false }).result
    expect(record.recipe).toMatchObject({
      guidance: { name: 'instruct-pix2pix', options: { imageScale: 1.5 } },
      scale: 7.5,
      image: { strength: 1 },
    })
    await model.dispose()
  })

  it('is refused on a network that reads no picture', async () => {
    const files = diskFiles('fixtures/layouts/tiny-sd15')
    const model = await createOnnxModel({ files, sessions: await localSessions({ files, runtime: cpu }) })
    expect(() => plan({ prompt: 'a dog', guidance: 'instruct-pix2pix' }, model)).toThrow(/read-image/)
    await model.dispose()
  })
})
