import { readFileSync } from 'node:fs'
import { generate } from '@neg/core'
import { describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { cpu } from '../../test/local-model'
import { memoryFiles } from '../files/memory-files'
import type { ModelFiles } from '../files/model-files'
import { createOnnxModel } from '../model/create-onnx-model'
import { localSessions } from '../session/local-sessions'
import { layoutFiles, layoutOf, partOf } from './layout'
import { isModelConfig } from './model-file-list'

const folder = 'fixtures/layouts/tiny-sd15'
const whole = diskFiles(folder)
const paths = await whole.list()

/** The fixture with its files elsewhere; null leaves one out. */
const moved = (to: (path: string) => string | null): ModelFiles =>
  memoryFiles(
    'moved',
    Object.fromEntries(
      paths.flatMap((path) => {
        const place = to(path)
        return place === null ? [] : [[place, new Uint8Array(readFileSync(`${folder}/${path}`))]]
      }),
    ),
  )

async function drawn(files: ModelFiles): Promise<number[]> {
  const model = await createOnnxModel({ files, sessions: await localSessions({ files, runtime: cpu }) })
  const run = generate(model, { prompt: 'a dog', negatives: ['cat'], steps: 1, seed: 1 })
  const { latents } = await run.result
  await model.dispose()
  return [...latents.data]
}

const expected = await drawn(whole)
const graphs = new Set(paths.filter((path) => path.endsWith('.onnx')))

describe('layoutFiles', () => {
  it('finds a model in onnx/, with its configs there or beside it', async () => {
    expect(await drawn(await layoutFiles(moved((path) => `onnx/${path}`)))).toEqual(expected)
    expect(await drawn(await layoutFiles(moved((path) => (graphs.has(path) ? `onnx/${path}` : path))))).toEqual(
      expected,
    )
  })

  it('finds it in the subfolder that is named, and refuses one that is not there', async () => {
    const files = moved((path) => `deep/model/${path}`)
    expect(await drawn(await layoutFiles(files, { subfolder: 'deep/model/' }))).toEqual(expected)
    await expect(layoutFiles(files, { subfolder: 'deeper' })).rejects.toMatchObject({
      code: 'option-invalid',
      where: 'subfolder',
    })
  })

  it('finds networks by their file names, and by files where those do not tell', async () => {
    const flat = moved((path) => (graphs.has(path) ? path.replace('/model.onnx', '_model_fp16.onnx') : path))
    expect(await drawn(await layoutFiles(flat))).toEqual(expected)
    const strange = moved((path) => (path === 'unet/model.onnx' ? 'networks/big.onnx' : path))
    expect(await drawn(await layoutFiles(strange, { files: { unet: 'networks/big.onnx' } }))).toEqual(expected)
    const wrong: Record<string, string>[] = [
      { unet: 'no.onnx' },
      { nuet: 'networks/big.onnx' },
      { unet: 'model_index.json' },
    ]
    for (const files of wrong) {
      await expect(layoutFiles(strange, { files })).rejects.toMatchObject({ code: 'option-invalid' })
    }
  })

  it('takes configs that are missing from another folder, and none that is there', async () => {
    const bare = moved((path) => (graphs.has(path) || path === 'vae_encoder/config.json' ? path : null))
    const configs = moved((path) => (isModelConfig(path) ? path : null))
    expect(await drawn(await layoutFiles(bare, {}, configs))).toEqual(expected)
    const own = memoryFiles('own', { 'unet/config.json': 'mine', 'unet/model.onnx': '' })
    const joined = await layoutFiles(own, {}, configs)
    expect((await joined.open('unet/config.json')).size).toBe(4)
    await expect(drawn(await layoutFiles(bare))).rejects.toMatchObject({
      code: 'model-file-missing',
      message: expect.stringMatching(/scheduler_config\.json.*tokenizer\/vocab\.json.*unet\/config\.json.*--configs/s),
    })
  })
})

describe('layoutOf', () => {
  it('reads dtypes off names, brings weights along, and takes neither of two', () => {
    const layout = layoutOf('m', [
      'unet_model_q4f16.onnx',
      'unet_model_q4f16.onnx_data',
      'Stable-Diffusion-v1.5-vae-decoder-float16.onnx',
      'safety_checker.onnx',
      'text-encoder-a.onnx',
      'text-encoder-b.onnx',
    ])
    expect(Object.fromEntries([...layout].filter(([path, actual]) => path !== actual))).toEqual({
      'unet/model_q4f16.onnx': 'unet_model_q4f16.onnx',
      'unet/unet_model_q4f16.onnx_data': 'unet_model_q4f16.onnx_data',
      'vae_decoder/model_fp16.onnx': 'Stable-Diffusion-v1.5-vae-decoder-float16.onnx',
      'vae_decoder/unet_model_q4f16.onnx_data': 'unet_model_q4f16.onnx_data',
    })
  })

  it('takes the one graph of a part’s folder whatever it is called', () => {
    const layout = layoutOf('m', [
      'unet/model_layernorm.onnx',
      'vae_decoder/model.onnx',
      'vae_decoder/model_other.onnx',
    ])
    expect(layout.get('unet/model.onnx')).toBe('unet/model_layernorm.onnx')
    expect(layout.get('vae_decoder/model.onnx')).toBe('vae_decoder/model.onnx')
  })

  it('knows parts by the names that people give them', () => {
    expect(
      [
        'sd-unet-v1.5-model-b2c4h64w64s77-float16-compute-and-inputs-layernorm.onnx',
        'text-encoder.onnx',
        'text_encoder_2_model.onnx',
        'text_encoder_3/model_q4.onnx',
        'vae-encoder.onnx',
        'safety_checker_int32_reduceSum.onnx',
        'model.onnx',
      ].map(partOf),
    ).toEqual(['unet', 'text_encoder', 'text_encoder_2', 'text_encoder_3', 'vae_encoder', undefined, undefined])
  })
})
