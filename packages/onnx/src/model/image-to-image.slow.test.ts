import { readFileSync } from 'node:fs'
import { generate, type Json } from '@neg/core'
import { expect, it } from 'vitest'
import { localModel } from '../../test/local-model'
import { maskPixels, recordedPicture } from '../../test/pictures'

/** As diffusers' pipeline has them. */
type Sizes = Record<'original_size' | 'crops_coords_top_left' | 'target_size', [number, number]>

const sizesOf = (sizes: Sizes) => ({
  originalSize: sizes.original_size,
  cropsCoordsTopLeft: sizes.crops_coords_top_left,
  targetSize: sizes.target_size,
})

interface Case {
  readonly model: string
  readonly steps: number
  readonly scale: number
  readonly width: number
  readonly height: number
  readonly seed: number
  readonly strength?: number
  /** Only the left half is drawn. */
  readonly mask?: boolean
  readonly scheduler?: string
  readonly eta?: number
  readonly micro?: Sizes
  readonly microNegative?: Sizes
  /** The first latents, and the largest of all. */
  readonly first: readonly number[]
  readonly largest: number
}

const { cases } = JSON.parse(readFileSync('fixtures/layouts/image-to-image.json', 'utf8')) as { cases: Case[] }

/** White in its left half. */
const leftHalf = (width: number, height: number) => maskPixels(width, height, (x) => x * 2 < width)

function schedulerOf({ scheduler: name, eta }: Case): { name: string; config: { [key: string]: Json } } | undefined {
  if (name === undefined) return undefined
  return { name, config: { ...(name === 'DDIMScheduler' ? { clip_sample: false } : {}), ...(eta ? { eta } : {}) } }
}

it.each(cases.map((one, i) => ({ ...one, i, one })))(
  '$i $model, strength $strength, mask $mask, $scheduler, $width × $height: diffusers’ latents',
  async ({
    one,
    model: name,
    steps,
    scale,
    width,
    height,
    seed,
    strength,
    mask,
    micro,
    microNegative,
    first,
    largest,
  }) => {
    const model = await localModel(`fixtures/layouts/${name}`)
    const [sha256, half] = ['a'.repeat(64), 'b'.repeat(64)]
    const scheduler = schedulerOf(one)
    const run = generate(
      model,
      {
        prompt: 'a man with glasses',
        negatives: ['a hat'],
        ...{ steps, scale, width, height, seed },
        ...(scheduler ? { scheduler } : {}),
        ...(strength === undefined ? {} : { image: { sha256, strength, ...(mask ? { mask: half } : {}) } }),
        ...(micro
          ? { micro: { positive: sizesOf(micro), ...(microNegative ? { negative: sizesOf(microNegative) } : {}) } }
          : {}),
      },
      { images: { [sha256]: recordedPicture(width, height), [half]: leftHalf(width, height) } },
    )
    const { latents } = await run.result
    const worst = Math.max(...first.map((value, i) => Math.abs(value - latents.data[i])))
    expect(worst / largest).toBeLessThan(1e-3)
    await model.dispose()
  },
)
