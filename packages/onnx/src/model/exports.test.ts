import { readFileSync } from 'node:fs'
import { generate, NegError, type RecipeInput } from '@neg/core'
import { describe, expect, it } from 'vitest'
import { changedGraph, fixAxis, openAxis } from '../../test/changed-graph'
import { diskFiles } from '../../test/disk-files'
import { cpu } from '../../test/local-model'
import { overlayFiles } from '../../test/overlay-files'
import type { Dtype } from '../folder/graph-files'
import { localSessions } from '../session/local-sessions'
import { createOnnxModel } from './create-onnx-model'

type Changes = Readonly<Record<string, Uint8Array | string | null>>

const open = async (name: string, changes: Changes = {}, dtype?: Dtype) => {
  const files = overlayFiles(diskFiles(`fixtures/layouts/${name}`), changes)
  return createOnnxModel({ files, sessions: await localSessions({ files, runtime: cpu, dtype }) })
}
const bytes = (name: string, path: string) => new Uint8Array(readFileSync(`fixtures/layouts/${name}/${path}`))
const json = (name: string, path: string) => JSON.parse(readFileSync(`fixtures/layouts/${name}/${path}`, 'utf8'))

const recipes: Readonly<Record<string, RecipeInput>> = {
  'tiny-sd15': { prompt: 'a dog', negatives: ['cat'], steps: 2, seed: 1 },
  'tiny-sdxl': { prompt: 'a dog', negatives: ['cat'], steps: 2, seed: 1 },
  'tiny-lcm': { prompt: 'a dog', steps: 2, seed: 1 },
}

/** Latents and picture of a changed folder. */
async function drawn(name: string, changes: Changes = {}, dtype?: Dtype) {
  const model = await open(name, changes, dtype)
  const { latents, image } = await generate(model, recipes[name]).result
  await model.dispose()
  return { latents: [...latents.data], pixels: [...image.data] }
}

const plain = Object.fromEntries(
  await Promise.all(Object.keys(recipes).map(async (name) => [name, await drawn(name)] as const)),
)

const furthest = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length ? Math.max(...a.map((x, i) => Math.abs(x - b[i]))) : Number.POSITIVE_INFINITY

const refusal = async (name: string, changes: Changes, dtype?: Dtype): Promise<NegError> => {
  try {
    await (await open(name, changes, dtype)).dispose()
  } catch (error) {
    if (NegError.isInstance(error)) return error
    throw error
  }
  throw new Error('it opened')
}

const without = (name: string, path: string, ...keys: readonly string[]) => {
  const config = json(name, path)
  for (const key of keys) delete config[key]
  return JSON.stringify(config)
}

const sd15 = bytes('tiny-sd15', 'unet/model.onnx')
const encoder = bytes('tiny-sd15', 'text_encoder/model.onnx')
const lcm = bytes('tiny-lcm', 'unet/model.onnx')
const renamed = (graph: Uint8Array, ...names: [string, string][]) => changedGraph(graph, { renamed: names })

const fixed = (graph: Uint8Array, name: string, ...axes: [number, number][]) =>
  axes.reduce((bytes, [axis, size]) => fixAxis(bytes, name, axis, size), graph)
const decoder = bytes('tiny-sd15', 'vae_decoder/model.onnx')

const same: [string, string, Changes][] = [
  ['whose channels are open', 'tiny-sd15', { 'unet/model.onnx': openAxis(sd15, 'sample', 1) }],
  [
    'whose channels neither graph nor config tell',
    'tiny-sd15',
    {
      'unet/model.onnx': openAxis(sd15, 'sample', 1),
      'unet/config.json': without('tiny-sd15', 'unet/config.json', 'in_channels', 'out_channels'),
    },
  ],
  ['whose text width is open', 'tiny-sd15', { 'unet/model.onnx': openAxis(sd15, 'encoder_hidden_states', 2) }],
  ['whose guidance width is open', 'tiny-lcm', { 'unet/model.onnx': openAxis(lcm, 'timestep_cond', 1) }],
  [
    'whose guidance width only its weights tell',
    'tiny-lcm',
    {
      'unet/model.onnx': openAxis(lcm, 'timestep_cond', 1),
      'unet/config.json': without('tiny-lcm', 'unet/config.json', 'time_cond_proj_dim'),
    },
  ],
  [
    'with an input that nothing reads',
    'tiny-sd15',
    { 'unet/model.onnx': changedGraph(sd15, { inputs: [{ name: 'return_dict', type: 9, shape: [] }] }) },
  ],
  [
    'with an attention mask that nothing reads',
    'tiny-sd15',
    {
      'text_encoder/model.onnx': changedGraph(encoder, {
        inputs: [{ name: 'attention_mask', type: 7, shape: ['b', 's'] }],
      }),
    },
  ],
  [
    'with outputs of other names',
    'tiny-sd15',
    {
      'unet/model.onnx': renamed(sd15, ['out_sample', 'prediction']),
      'text_encoder/model.onnx': renamed(encoder, ['last_hidden_state', 'words_of_the_text']),
      'vae_decoder/model.onnx': renamed(decoder, ['latent_sample', 'latents_input']),
    },
  ],
]

same.push(
  [
    'of fixed rows and size of the VAE decoder',
    'tiny-sd15',
    { 'vae_decoder/model.onnx': fixed(decoder, 'latent_sample', [0, 2], [2, 8], [3, 8]) },
  ],
  [
    'of fixed rows and tokens of the text encoder',
    'tiny-sd15',
    { 'text_encoder/model.onnx': fixed(encoder, 'input_ids', [0, 3], [1, 77]) },
  ],
  [
    'of fixed rows of the second text encoder',
    'tiny-sdxl',
    { 'text_encoder_2/model.onnx': fixed(bytes('tiny-sdxl', 'text_encoder_2/model.onnx'), 'input_ids', [0, 2]) },
  ],
)

describe('an export', () => {
  it.each(same.map(([what, name, changes]) => ({ what, name, changes })))(
    '$what draws the same ($name)',
    async ({ name, changes }) => {
      // The last bits may depend on the number of rows of a call.
      const { latents, pixels } = await drawn(name, changes)
      const largest = Math.max(...plain[name].latents.map(Math.abs))
      expect(furthest(latents, plain[name].latents) / largest).toBeLessThan(1e-5)
      expect(furthest(pixels, plain[name].pixels)).toBeLessThanOrEqual(1)
    },
  )

  it('of float16 alone is drawn with as it is', async () => {
    const variants = 'tiny-sd15-variants'
    const parts = ['unet', 'text_encoder', 'vae_decoder', 'vae_encoder']
    const changes = Object.fromEntries(
      parts.flatMap((part) => [
        [`${part}/model.onnx`, null],
        [`${part}/model_fp16.onnx`, bytes(variants, `${part}/model_fp16.onnx`)],
      ]),
    )
    const half = await drawn('tiny-sd15', changes)
    expect(half).toEqual(await drawn('tiny-sd15', changes, 'fp16'))
    const largest = Math.max(...plain['tiny-sd15'].latents.map(Math.abs))
    expect(furthest(half.latents, plain['tiny-sd15'].latents) / largest).toBeLessThan(0.01)
    expect(await refusal('tiny-sd15', changes, 'q4')).toMatchObject({
      message: expect.stringContaining("dtype 'fp16'"),
    })
  })

  it('whose config is of another model is refused by what differs', async () => {
    const config = { ...json('tiny-sd15', 'unet/config.json'), in_channels: 9 }
    expect(await refusal('tiny-sd15', { 'unet/config.json': JSON.stringify(config) })).toMatchObject({
      code: 'model-file-malformed',
      message: expect.stringMatching(/'sample' has 9 channels; the graph takes 4/),
    })
    expect(
      await refusal('tiny-sd15', {
        'unet/config.json': JSON.stringify(config),
        'unet/model.onnx': openAxis(sd15, 'sample', 1),
      }),
    ).toMatchObject({ code: 'model-file-malformed' })
  })

  it('whose text encoder or VAE is of another model is refused before anything runs', async () => {
    const sdxl = (path: string) => bytes('tiny-sdxl', path)
    expect(await refusal('tiny-sdxl', { 'text_encoder_2/model.onnx': sdxl('text_encoder/model.onnx') })).toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining('text_embeds'),
    })
    expect(await refusal('tiny-sd15', { 'vae_decoder/model.onnx': sdxl('unet/model.onnx') })).toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining('vae_decoder'),
    })
  })

  it('of one size refuses another before the first step, with the one that fits', async () => {
    const model = await open('tiny-sd15', {
      'vae_decoder/model.onnx': fixed(decoder, 'latent_sample', [2, 8], [3, 12]),
    })
    expect(model.info.size).toEqual({ width: 96, height: 64 })
    const steps: unknown[] = []
    const run = generate(model, { ...recipes['tiny-sd15'], width: 64, height: 64 })
    await expect(
      (async () => {
        for await (const event of run) if (event.type === 'step-end') steps.push(event)
        await run.result
      })(),
    ).rejects.toMatchObject({ code: 'size-invalid', message: expect.stringContaining('96 × 64') })
    expect(steps).toEqual([])
    await model.dispose()
    expect(
      await refusal('tiny-sd15', {
        'vae_decoder/model.onnx': fixed(decoder, 'latent_sample', [2, 8], [3, 8]),
        'unet/model.onnx': fixed(sd15, 'sample', [2, 16], [3, 16]),
      }),
    ).toMatchObject({ code: 'model-mismatch' })
  })

  it('of so many tokens refuses a prompt of more before the first step', async () => {
    const model = await open('tiny-sd15', { 'unet/model.onnx': fixed(sd15, 'encoder_hidden_states', [1, 77]) })
    const long = { ...recipes['tiny-sd15'], prompt: 'dog '.repeat(100), longPrompts: 'chunk' } as const
    await expect(generate(model, long).result).rejects.toMatchObject({ code: 'prompt-invalid', where: 'longPrompts' })
    await generate(model, { ...long, longPrompts: 'truncate' }).result
    await model.dispose()
    expect(
      await refusal('tiny-sd15', { 'unet/model.onnx': fixed(sd15, 'encoder_hidden_states', [1, 64]) }),
    ).toMatchObject({ code: 'model-mismatch', message: expect.stringMatching(/64 tokens; its text encoders give 77/) })
  })
})
