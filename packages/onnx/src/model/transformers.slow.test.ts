import { readFileSync } from 'node:fs'
import { batched, type GenerateInput, generate, type Pixels, plan, recipeDefaults } from '@neg/core'
import { afterAll, describe, expect, it } from 'vitest'
import { changedGraph } from '../../test/changed-graph'
import { diskFiles } from '../../test/disk-files'
import { cpu, localModel } from '../../test/local-model'
import { overlayFiles } from '../../test/overlay-files'
import { packing } from '../denoiser/flux'
import type { ModelFiles } from '../files/model-files'
import { describeFolder } from '../folder/describe-folder'
import { localSessions } from '../session/local-sessions'
import { createOnnxModel } from './create-onnx-model'

interface Case {
  readonly model: string
  readonly steps: number
  readonly scale: number
  readonly width: number
  readonly height: number
  readonly seed: number
  readonly told?: number
  readonly strength?: number
  /** Only the left half is drawn. */
  readonly mask?: boolean
  /** T5 is left out. */
  readonly without?: boolean
  /** Tokens of a window of CLIP's, by its tokenizers' `model_max_length`. */
  readonly tokens?: number
  /** The first latents, and the largest of all. */
  readonly first: readonly number[]
  readonly largest: number
}

const { cases } = JSON.parse(readFileSync('fixtures/layouts/transformer-images.json', 'utf8')) as { cases: Case[] }

const opened = async (files: ModelFiles) =>
  createOnnxModel({ files, sessions: await localSessions({ files, runtime: cpu }) })

const indexOf = (name: string) => JSON.parse(readFileSync(`fixtures/layouts/${name}/model_index.json`, 'utf8'))

/** A folder without what lies in some of its folders. */
const without = (base: ModelFiles, folders: readonly string[], index?: object): ModelFiles => ({
  ...overlayFiles(base, index ? { 'model_index.json': JSON.stringify(index) } : {}),
  list: async () => (await base.list()).filter((path) => !folders.includes(path.split('/')[0])),
})

const t5Folders = ['text_encoder_3', 'tokenizer_3']
const sd3WithoutT5 = (tokens?: number) => {
  const base = diskFiles('fixtures/layouts/tiny-sd3')
  const configs = ['tokenizer', 'tokenizer_2'].map((folder) => `${folder}/tokenizer_config.json`)
  const shorter = (path: string) =>
    JSON.stringify({
      ...JSON.parse(readFileSync(`fixtures/layouts/tiny-sd3/${path}`, 'utf8')),
      model_max_length: tokens,
    })
  const files = tokens ? overlayFiles(base, Object.fromEntries(configs.map((path) => [path, shorter(path)]))) : base
  return without(files, t5Folders, { ...indexOf('tiny-sd3'), text_encoder_3: [null, null], tokenizer_3: [null, null] })
}

/** The image that the recordings begin from, and the mask: white in its left half. */
function pictures(width: number, height: number): { image: Pixels; half: Pixels } {
  const [image, half] = [0, 1].map(() => new Uint8ClampedArray(width * height * 4).fill(255))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4
      image.set([Math.floor((x * 255) / width), Math.floor((y * 255) / height), ((x + y) * 7) % 256], at)
      if (2 * x >= width) half.set([0, 0, 0], at)
    }
  }
  return { image: { width, height, data: image }, half: { width, height, data: half } }
}

it.each(cases.map((one, i) => ({ ...one, i, one })))(
  '$i $model, strength $strength, mask $mask, without T5 $without, $width × $height: diffusers’ latents',
  async ({ one: { model: name, told, strength, mask, without: bare, tokens, first, largest, ...rest } }) => {
    const model = bare ? await opened(sd3WithoutT5(tokens)) : await localModel(`fixtures/layouts/${name}`)
    const [sha256, half] = ['a'.repeat(64), 'b'.repeat(64)]
    const drawn = pictures(rest.width, rest.height)
    const negatives = told === undefined || rest.scale > 1 ? ['a hat'] : []
    const { latents, record } = await generate(
      model,
      {
        prompt: 'a man with glasses',
        negatives,
        ...rest,
        maxSequenceLength: 48,
        ...(told === undefined ? {} : { distilledScale: told }),
        ...(strength === undefined ? {} : { image: { sha256, strength, ...(mask ? { mask: half } : {}) } }),
      },
      { images: { [sha256]: drawn.image, [half]: drawn.half }, decode: false },
    ).result
    const worst = Math.max(...first.map((value, i) => Math.abs(value - latents.data[i])))
    expect(worst / largest).toBeLessThan(1e-4)
    const codes = record.warnings.map(({ code }) => code)
    expect(codes.filter((code) => code !== 'negative-without-effect')).toEqual(bare ? ['sequence-length-unused'] : [])
    await model.dispose()
  },
)

describe('Stable Diffusion 3 and Flux', async () => {
  const [sd3, dev, schnell] = await Promise.all(
    ['tiny-sd3', 'tiny-flux-dev', 'tiny-flux-schnell'].map((name) => localModel(`fixtures/layouts/${name}`)),
  )
  afterAll(() => Promise.all([sd3, dev, schnell].map((model) => model.dispose())))
  const small = { prompt: 'a man with glasses', width: 64, height: 64, steps: 2, seed: 1 } satisfies GenerateInput

  it('have diffusers’ defaults', async () => {
    for (const [model, settings, recipe] of [
      [sd3, { scale: 7, steps: 28 }, { maxSequenceLength: 256 }],
      [dev, { scale: 1, steps: 28 }, { distilledScale: 3.5, maxSequenceLength: 512 }],
      [schnell, { scale: 1, steps: 4 }, { maxSequenceLength: 256 }],
    ] as const) {
      expect(model.info).toMatchObject(await describeFolder(diskFiles(`fixtures/layouts/${model.info.id}`)))
      expect(model.info.sequenceLength).toEqual({ default: recipe.maxSequenceLength, most: 512 })
      expect(recipeDefaults(model.info)).toMatchObject(settings)
      const { record } = await generate(model, { ...small, steps: 1 }, { decode: false }).result
      expect(record.recipe).toMatchObject({ ...recipe, scale: settings.scale })
      if (model === schnell) expect(record.recipe).not.toHaveProperty('distilledScale')
    }
  })

  it('tell what guidance costs: real guidance two passes a step, none one', () => {
    const passes = (recipe: Partial<GenerateInput>, model = dev) => plan({ ...small, ...recipe }, model).max
    expect(passes({})).toBe(2)
    expect(passes({ scale: 3, negatives: ['a hat'] })).toBe(4)
    expect(passes({ negatives: ['a hat'], scale: 3 }, schnell)).toBe(4)
    expect(passes({}, sd3)).toBe(4)
  })

  it('refuse what they cannot draw', () => {
    const refused = (recipe: Partial<GenerateInput>, model = sd3) => {
      try {
        plan({ ...small, ...recipe }, model)
        return undefined
      } catch (error) {
        return error
      }
    }
    expect(refused({ width: 72 })).toMatchObject({ code: 'size-invalid' })
    expect(refused({ width: 400 })).toMatchObject({ code: 'size-invalid', message: expect.stringContaining('384') })
    expect(refused({ maxSequenceLength: 513 })).toMatchObject({ code: 'recipe-invalid', where: 'maxSequenceLength' })
    expect(refused({ distilledScale: 2 }, schnell)).toMatchObject({ code: 'recipe-invalid', where: 'distilledScale' })
    expect(refused({ negatives: ['a hat'] }, schnell)).toMatchObject({ code: 'negative-unsupported' })
  })

  it('draw pictures together that are bit-equal to each alone', async () => {
    for (const model of [sd3, dev]) {
      const join = batched(model)
      const recipes = [1, 2].map((seed) => ({ ...small, seed, scale: 2, negatives: ['a hat'], maxSequenceLength: 32 }))
      const together = await Promise.all(recipes.map((recipe) => generate(join, recipe, { decode: false }).result))
      for (const [i, recipe] of recipes.entries()) {
        const alone = await generate(model, recipe, { decode: false }).result
        expect(together[i].latents.data).toEqual(alone.latents.data)
      }
    }
  })

  it('say where words stand, by the encoder that reads them', async () => {
    const size = { width: 64, height: 64 }
    const [both] = await sd3.encode([{ text: 'a man with glasses', maxSequenceLength: 48 }], size)
    expect(both.length).toBe(77 + 48)
    const glasses = both.words.filter(({ word }) => word === 'glasses')
    expect(glasses.map(({ encoder }) => encoder)).toEqual(['text_encoder', 'text_encoder_3'])
    expect(glasses[1].tokens[0]).toBeGreaterThanOrEqual(77)
    const [t5] = await dev.encode([{ text: 'a man with glasses', maxSequenceLength: 32 }], size)
    expect(t5.length).toBe(32)
    expect(t5.words.map(({ word }) => word)).toEqual(['a', 'man', 'with', 'glasses'])
    expect(t5.words[3]).not.toHaveProperty('encoder')
  })

  it('say which encoder cut a prompt off, and what reads more', async () => {
    const text = 'glasses '.repeat(80)
    const size = { width: 64, height: 64 }
    const [cut] = await sd3.encode([{ text, maxSequenceLength: 48 }], size)
    const messages = cut.warnings.map(({ message }) => message)
    expect(messages.find((message) => message.includes('text_encoder_3 reads 47'))).toContain(
      'larger maxSequenceLength',
    )
    expect(messages.find((message) => message.includes('text_encoder reads 75'))).toContain("longPrompts 'chunk'")
    const [chunked] = await sd3.encode([{ text, maxSequenceLength: 48, longPrompts: 'chunk' }], size)
    expect(chunked.warnings).toEqual([])
    // Each reads as many windows as it needs.
    expect((chunked.length - 2 * 77) % 48).toBe(0)
    const [flux] = await dev.encode([{ text }], size)
    expect(flux.warnings).toHaveLength(1)
    expect(flux.warnings[0].message).toContain('another encoder reads on')
  })
})

describe('a transformer’s folder', () => {
  const flux = diskFiles('fixtures/layouts/tiny-flux-dev')
  const graph = (path: string) => readFileSync(`fixtures/layouts/${path}`)
  const reason = (files: ModelFiles) => opened(files).catch((error: unknown) => error)

  it('of an exporter that calls the output out_sample, of Olive’s, draws the same', async () => {
    const renamed = changedGraph(graph('tiny-flux-dev/transformer/model.onnx'), {
      renamed: [['out_hidden_states', 'out_sample'.padEnd(17, 's')]],
    })
    const recipe = { prompt: 'a man', width: 64, height: 64, steps: 2, seed: 1, maxSequenceLength: 16 }
    const [one, other] = await Promise.all([
      opened(flux),
      opened(overlayFiles(flux, { 'transformer/model.onnx': renamed })),
    ])
    const latents = await Promise.all([one, other].map((model) => generate(model, recipe, { decode: false }).result))
    expect(latents[1].latents.data).toEqual(latents[0].latents.data)
    await Promise.all([one.dispose(), other.dispose()])
  })

  it('without an index is known by what its config calls the network', async () => {
    for (const name of ['tiny-sd3', 'tiny-flux-schnell']) {
      const bare = overlayFiles(diskFiles(`fixtures/layouts/${name}`), { 'model_index.json': null })
      const model = await opened(bare)
      expect(model.info.latent.channels).toBe(16)
      await model.dispose()
    }
  })

  it('that lists a T5 and has none is drawn without, and says so; one that lacks its graph alone is refused', async () => {
    const base = diskFiles('fixtures/layouts/tiny-sd3')
    const model = await opened(without(base, t5Folders))
    const [{ warnings }] = await model.encode([{ text: 'a man' }], { width: 64, height: 64 })
    expect(warnings).toMatchObject([
      { code: 'text-encoder-missing', message: expect.stringContaining('text_encoder_3') },
    ])
    expect(model.info.sequenceLength).toEqual({ default: 0, most: 0 })
    await model.dispose()
    expect(await reason(overlayFiles(base, { 'text_encoder_3/model.onnx': null }))).toMatchObject({
      code: 'model-file-missing',
      message: expect.stringContaining('text_encoder_3'),
    })
  })

  it.each<[string, Record<string, string | Uint8Array | null>, string, string]>([
    ['its T5', { 'text_encoder_2/model.onnx': null }, 'model-file-missing', 'text_encoder_2'],
    ['T5’s tokenizer', { 'tokenizer_2/tokenizer.json': null }, 'model-file-missing', 'tokenizer_2/'],
    ['its config', { 'transformer/config.json': null }, 'model-file-missing', 'transformer/config.json'],
    ['its transformer', { 'transformer/model.onnx': null }, 'model-file-missing', 'transformer/model.onnx'],
    [
      'an input',
      {
        'transformer/model.onnx': changedGraph(graph('tiny-flux-dev/transformer/model.onnx'), {
          renamed: [['pooled_projections', 'pooled_embeddings_']],
        }),
      },
      'model-unsupported',
      "no 'pooled_projections'",
    ],
  ])('that lacks %s is refused by name', async (_, changes, code, message) => {
    expect(await reason(overlayFiles(flux, changes))).toMatchObject({ code, message: expect.stringContaining(message) })
  })
})

it('packs 2 × 2 cells of a channel side by side, as diffusers does', () => {
  // _pack_latents: view(b, c, h/2, 2, w/2, 2).permute(0, 2, 4, 1, 3, 5).
  const [channels, height, width] = [3, 4, 6]
  const places = packing([channels, height, width])
  expect(new Set(places).size).toBe(channels * height * width)
  expect([...places.slice(0, 8)]).toEqual([0, 1, 12, 13, 24, 25, 2, 3])
  expect(places[height * width]).toBe(4)
  expect(places[2 * width]).toBe(36)
})
