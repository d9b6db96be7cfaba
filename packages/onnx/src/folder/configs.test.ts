import { NegError } from '@neg/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryFiles } from '../files/memory-files'
import { readAttributes } from './attributes'
import { readModelIndex } from './model-index'
import { readSchedulerConfig } from './scheduler-config'
import { readTextEncoderConfig } from './text-encoder-config'
import { readUnetConfig } from './unet-config'
import { readVaeConfig } from './vae-config'

const readers = {
  'model_index.json': { read: readModelIndex, base: { _class_name: 'StableDiffusionPipeline' } },
  'unet/config.json': { read: (files) => readUnetConfig(files, false), base: {} },
  'vae_decoder/config.json': { read: (files) => readVaeConfig(files, false, 4), base: {} },
  'text_encoder/config.json': { read: (files) => readTextEncoderConfig(files, 'text_encoder'), base: {} },
  'scheduler/scheduler_config.json': { read: readSchedulerConfig, base: { _class_name: 'DDIMScheduler' } },
  'image_classifier/config.json': { read: (files) => readAttributes(files, 'image_classifier'), base: {} },
} satisfies Record<string, { read(files: ReturnType<typeof memoryFiles>): Promise<unknown>; base: object }>
type Path = keyof typeof readers

const read = (path: Path, text: string): Promise<unknown> => readers[path].read(memoryFiles('tiny', { [path]: text }))
const withKeys = (path: Path, keys: object) => read(path, JSON.stringify({ ...readers[path].base, ...keys }))

const wrong: [Path, string, unknown][] = [
  ['model_index.json', '_class_name', 7],
  ['model_index.json', 'force_zeros_for_empty_prompt', 'yes'],
  ['unet/config.json', 'sample_size', '../../etc/passwd'],
  ['unet/config.json', 'sample_size', 0],
  ['unet/config.json', 'sample_size', [8, 8, 8]],
  ['unet/config.json', 'sample_size', 1e9],
  ['unet/config.json', 'block_out_channels', [16, '32']],
  ['unet/config.json', 'block_out_channels', [16, -1]],
  ['unet/config.json', 'block_out_channels', Array(60).fill(1)],
  ['vae_decoder/config.json', 'sample_size', '../../etc/passwd'],
  ['vae_decoder/config.json', 'scaling_factor', '0.18215'],
  ['vae_decoder/config.json', 'scaling_factor', 0],
  ['vae_decoder/config.json', 'scaling_factor', -1],
  ['vae_decoder/config.json', 'shift_factor', [0]],
  ['vae_decoder/config.json', 'block_out_channels', {}],
  ['vae_decoder/config.json', 'latents_mean', 'none'],
  ['vae_decoder/config.json', 'latents_std', [1, 0, 1, 1]],
  ['text_encoder/config.json', 'max_position_embeddings', '77'],
  ['text_encoder/config.json', 'max_position_embeddings', 1e12],
  ['scheduler/scheduler_config.json', '_class_name', null],
  ['scheduler/scheduler_config.json', 'num_train_timesteps', '1000'],
  ['scheduler/scheduler_config.json', 'beta_start', { value: 0.1 }],
  ['scheduler/scheduler_config.json', 'clip_sample', 'False'],
  ['scheduler/scheduler_config.json', 'trained_betas', ['0.1']],
  ['scheduler/scheduler_config.json', 'prediction_type', 3],
  // Of another class: a run may choose that.
  ['scheduler/scheduler_config.json', 'use_karras_sigmas', 1],
  ['image_classifier/config.json', 'attributes', 'glasses'],
]

describe('a config', () => {
  it.each(wrong)('%s with %s of %j is refused by file and key', async (path, key, value) => {
    const error = await withKeys(path, { [key]: value }).then(String, (error) => error)
    expect(error).toMatchObject({ code: 'model-file-malformed', where: path })
    expect(error.message).toContain(`${path} of tiny is refused. ${key}`)
  })

  it('keeps what it says', async () => {
    expect(await withKeys('unet/config.json', { sample_size: [64, 96], block_out_channels: [1, 2, 3] })).toEqual({
      sampleSize: [64, 96],
      downsamplings: 2,
      headSizes: [],
    })
    const vae = { scaling_factor: 2, latents_mean: [0, 1, 2, 3], latents_std: [1, 2, 4, 8], block_out_channels: [8, 8] }
    expect(await withKeys('vae_decoder/config.json', vae)).toEqual({
      factor: [2, 1, 0.5, 0.25],
      shift: [0, 1, 2, 3],
      pixelsPer: 2,
      sampleSize: 512,
      headSizes: [8],
    })
    const scheduler = {
      trained_betas: null,
      use_karras_sigmas: true,
      lambda_min_clipped: '-Infinity',
      _use: 3,
      own: [{}],
    }
    expect(await withKeys('scheduler/scheduler_config.json', scheduler)).toEqual({
      name: 'DDIMScheduler',
      config: { trained_betas: null, use_karras_sigmas: true, lambda_min_clipped: null, own: [{}] },
    })
  })

  it('with numbers of Python’s that are none is refused where a number is read, and no limit is none', async () => {
    await expect(read('vae_decoder/config.json', '{"scaling_factor": NaN}')).rejects.toMatchObject({
      message: expect.stringContaining('scaling_factor'),
    })
    await expect(
      read('scheduler/scheduler_config.json', '{"_class_name": "DDIMScheduler", "beta_start": NaN}'),
    ).rejects.toMatchObject({ message: expect.stringContaining('beta_start') })
    expect(
      await read(
        'scheduler/scheduler_config.json',
        '{"_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -Infinity, "s_tmax": Infinity}',
      ),
    ).toMatchObject({ config: { lambda_min_clipped: null, s_tmax: null } })
  })

  it('that nests without end, or has a key that an object would swallow, is refused by its name', async () => {
    for (const path of Object.keys(readers) as Path[]) {
      const text = JSON.stringify({ ...readers[path].base, trained_betas: 'x', prompt: 'x' })
      const deep = text.replace('"x"', '['.repeat(20_000) + ']'.repeat(20_000))
      const proto = text.replace('"x"', '{"__proto__":1}')
      for (const [broken, why] of [
        [deep, 'nests deeper'],
        [proto, '__proto__'],
      ]) {
        await expect(read(path, broken)).rejects.toMatchObject({
          code: 'model-file-malformed',
          where: path,
          message: expect.stringContaining(why),
        })
      }
    }
  })

  it('of a VAE with as many means as channels, and as many deviations as means', async () => {
    const vae = (keys: object) => withKeys('vae_decoder/config.json', keys).then(() => 'read', String)
    expect(await vae({ latents_mean: [0, 0, 0, 0], latents_std: [1, 1, 1] })).toContain(
      'latents_std: has another length',
    )
    expect(await vae({ latents_mean: [0, 0], latents_std: [1, 1] })).toContain(
      'latents_mean: has 2 numbers; the latents',
    )
    // As diffusers: one without the other says nothing.
    expect(await vae({ latents_mean: [0, 0] })).toBe('read')
  })

  it('of encoder and decoder must say the same', async () => {
    const files = (encoder: number) =>
      memoryFiles('tiny', {
        'vae_decoder/config.json': '{"scaling_factor": 0.5}',
        'vae_encoder/config.json': JSON.stringify({ scaling_factor: encoder, in_channels: 3 }),
      })
    expect(await readVaeConfig(files(0.5), false, 4)).toMatchObject({ factor: 0.5 })
    await expect(readVaeConfig(files(0.6), false, 4)).rejects.toMatchObject({
      code: 'model-file-malformed',
      message: expect.stringMatching(/vae_decoder\/config\.json and vae_encoder\/config\.json of tiny scale/),
    })
  })

  it('of any JSON is read as numbers that are finite, or refused by its name', async () => {
    const keys = [...new Set(wrong.map(([, key]) => key))]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(readers) as Path[])),
        fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 2 })),
        async (path, config) => {
          try {
            const result = await withKeys(path, config)
            if (path === 'scheduler/scheduler_config.json') return
            // What JSON can't say is null in it.
            expect(JSON.parse(JSON.stringify(result))).toEqual(result)
          } catch (error) {
            if (!NegError.isInstance(error)) throw error
            expect(['model-file-malformed', 'model-unsupported']).toContain(error.code)
            expect(error.where).toBe(path)
          }
        },
      ),
      { seed: 1, numRuns: 600 },
    )
  })
})
