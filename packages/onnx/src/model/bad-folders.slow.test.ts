import { readFileSync } from 'node:fs'
import { NegError } from '@neg/core'
import { zeros } from '@neg/core/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { cpu } from '../../test/local-model'
import { overlayFiles } from '../../test/overlay-files'
import type { ModelFiles } from '../files/model-files'
import type { Dtype } from '../folder/graph-files'
import { localSessions } from '../session/local-sessions'
import { createOnnxModel } from './create-onnx-model'

const folder = 'fixtures/layouts/tiny-sdxl'
const whole = diskFiles(folder)
const text = (path: string) => readFileSync(`${folder}/${path}`, 'utf8')

/** Loads, and gives the error or undefined. Whatever is no NegError fails the test. */
async function loadError(files: ModelFiles, dtype?: Dtype): Promise<NegError | undefined> {
  try {
    const model = await createOnnxModel({ files, sessions: await localSessions({ files, runtime: cpu, dtype }) })
    await model.dispose()
    return undefined
  } catch (error) {
    if (NegError.isInstance(error)) return error
    throw error
  }
}

const changed = (changes: Record<string, Uint8Array | string | null>) => loadError(overlayFiles(whole, changes))

const required = [
  'unet/model.onnx',
  'unet/config.json',
  'vae_decoder/model.onnx',
  'text_encoder/model.onnx',
  'text_encoder_2/model.onnx',
  'tokenizer/vocab.json',
  'tokenizer/merges.txt',
  'tokenizer_2/vocab.json',
  'scheduler/scheduler_config.json',
]

const json = [
  'model_index.json',
  'unet/config.json',
  'vae_decoder/config.json',
  'text_encoder/config.json',
  'scheduler/scheduler_config.json',
  'tokenizer/tokenizer_config.json',
  'tokenizer/vocab.json',
  'tokenizer_2/special_tokens_map.json',
]

const graphs = ['unet', 'vae_decoder', 'vae_encoder', 'text_encoder', 'text_encoder_2'].map((p) => `${p}/model.onnx`)

describe('a model folder', () => {
  it('loads as it is', async () => {
    expect(await loadError(whole)).toBeUndefined()
  })

  it.each(required)('without %s is refused by that name', async (path) => {
    const error = await changed({ [path]: null })
    expect(error?.code).toBe('model-file-missing')
    expect(error?.message).toContain(path)
  })

  it('without model_index.json is what its parts are, and without those no model', async () => {
    expect(await changed({ 'model_index.json': null })).toBeUndefined()
    const files = overlayFiles(whole, Object.fromEntries((await whole.list()).map((path) => [path, null])))
    const error = await loadError(files)
    expect(error?.code).toBe('model-missing')
    expect(error?.message).toContain('model_index.json')
  })

  it('of another family is named as such, whatever its pipeline is called', async () => {
    const index = (entries: object) =>
      changed({ 'model_index.json': JSON.stringify({ ...JSON.parse(text('model_index.json')), ...entries }) })
    for (const [part, own] of [
      ['transformer', 'NewTransformer2DModel'],
      ['unet', 'UNetMotionModel'],
      ['text_encoder', 'ChatGLMModel'],
      ['prior', 'WuerstchenPrior'],
    ]) {
      const error = await index({ _class_name: 'NewPipeline', [part]: ['diffusers', own] })
      expect(error).toMatchObject({ code: 'model-unsupported', where: 'model_index.json' })
      expect(error?.message).toContain(`its ${part} is a ${own}`)
    }
    expect(await index({ unet: ['optimum.onnxruntime', 'ORTUnet'], transformer: [null, null] })).toBeUndefined()
  })

  it('that lacks several configs names them all, and what mends it', async () => {
    const error = await changed({ 'scheduler/scheduler_config.json': null, 'tokenizer_2/vocab.json': null })
    expect(error?.code).toBe('model-file-missing')
    expect(error?.message).toMatch(/scheduler_config\.json.*tokenizer_2\/vocab\.json.*--configs/s)
  })

  it('of PyTorch weights says how to export them', async () => {
    const files: Record<string, string | null> = Object.fromEntries(graphs.map((path) => [path, null]))
    const error = await changed({ ...files, 'unet/diffusion_pytorch_model.safetensors': 'weights' })
    expect(error?.code).toBe('model-file-missing')
    expect(error?.message).toContain('optimum-cli export onnx --model tiny-sdxl --task text-to-image tiny-sdxl-onnx/')
  })

  it('of another kind of network says which kinds are supported', async () => {
    const error = await changed({ 'model_index.json': '{"_class_name": "SanaPipeline"}' })
    expect(error?.code).toBe('model-unsupported')
    expect(error?.message).toContain('SanaPipeline')
    expect(error?.message).toContain('Flux.1 dev and schnell (FluxPipeline)')
    const listed = { _class_name: 'FluxPipeline', transformer: ['diffusers', 'ChromaTransformer2DModel'] }
    const other = await changed({ 'model_index.json': JSON.stringify(listed) })
    expect(other).toMatchObject({ code: 'model-unsupported', message: expect.stringContaining('ChromaTransformer') })
  })

  it('with only other dtypes says which to ask for', async () => {
    const bytes = readFileSync(`${folder}/unet/model.onnx`)
    const files = overlayFiles(whole, { 'unet/model.onnx': null, 'unet/model_fp16.onnx': bytes })
    const error = await loadError(files, 'q4')
    expect(error?.code).toBe('model-file-missing')
    expect(error?.message).toContain("dtype 'fp16'")
    expect(await loadError(files, { unet: 'fp16' })).toBeUndefined()
    expect(await loadError(files)).toBeUndefined()
  })

  it('refuses dtypes and parts that nobody knows', async () => {
    expect(await loadError(whole, 'fp12')).toMatchObject({ code: 'option-invalid', where: 'dtype' })
    expect(await loadError(whole, { nuet: 'fp16' })).toMatchObject({ code: 'option-invalid', where: 'dtype.nuet' })
  })

  it.each(graphs)('with %s cut short is refused by that name', async (path) => {
    const bytes = readFileSync(`${folder}/${path}`)
    for (const share of [0, 0.3, 0.9]) {
      const error = await changed({ [path]: bytes.subarray(0, Math.floor(bytes.length * share)) })
      expect(error?.code).toBe('model-file-malformed')
      expect(error?.message).toContain(path)
    }
  })

  it.each(json)('with %s cut short or not JSON is refused by that name', async (path) => {
    for (const content of [text(path).slice(0, -20), '', 'null', '[]', '"text"', Uint8Array.of(0xff, 0xfe, 0x7b)]) {
      const error = await changed({ [path]: content })
      expect(['model-file-malformed', 'tokenizer-malformed']).toContain(error?.code)
      expect(error?.message).toContain(path)
    }
  })

  it('with any field of any config changed loads or is refused by name', async () => {
    const configs = json.filter((path) => !path.endsWith('vocab.json'))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...configs),
        fc.nat(),
        fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 2 })),
        async (path, pick, value) => {
          const config = JSON.parse(text(path)) as Record<string, unknown>
          const keys = Object.keys(config)
          config[keys[pick % keys.length]] = value
          const error = await changed({ [path]: JSON.stringify(config) })
          if (!error) return
          expect(['model-file-malformed', 'tokenizer-malformed', 'model-unsupported', 'model-file-missing']).toContain(
            error.code,
          )
          expect(error.message).toMatch(/\.json|tokenizer|time_ids/)
        },
      ),
      { seed: 1, numRuns: 80 },
    )
  })

  it('with a changed tokenizer table loads or is refused by name', async () => {
    const merges = text('tokenizer/merges.txt')
    const vocabulary = text('tokenizer/vocab.json')
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.nat(), fc.string({ maxLength: 6 }), async (first, at, insert) => {
        const source = first ? merges : vocabulary
        const cut = at % source.length
        const path = first ? 'tokenizer/merges.txt' : 'tokenizer/vocab.json'
        const error = await changed({ [path]: source.slice(0, cut) + insert + source.slice(cut + 3) })
        if (!error) return
        expect(error.code).toBe('tokenizer-malformed')
        expect(error.message).toMatch(/tokenizer\/(merges\.txt|vocab\.json)/)
      }),
      { seed: 2, numRuns: 60 },
    )
  })

  it('with bytes of a graph changed loads or is refused by name, and never hangs', async () => {
    const bytes = readFileSync(`${folder}/vae_encoder/model.onnx`)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 20 }), async (edits) => {
        const broken = Uint8Array.from(bytes)
        for (const [at, value] of edits) broken[at % broken.length] = value
        const error = await changed({ 'vae_encoder/model.onnx': broken })
        if (!error) return
        expect(['model-file-malformed', 'model-file-missing', 'model-unsupported']).toContain(error.code)
        expect(error.message).toContain('vae_encoder')
      }),
      { seed: 3, numRuns: 60 },
    )
  })

  it('of the first exporter, without component configs, is an SD 1 model', async () => {
    const old = diskFiles('fixtures/layouts/tiny-sd15')
    const configs = ['unet', 'vae_decoder', 'vae_encoder', 'text_encoder'].map((part) => [`${part}/config.json`, null])
    const files = overlayFiles(old, {
      ...Object.fromEntries(configs),
      'model_index.json': '{"_class_name": "OnnxStableDiffusionPipeline"}',
    })
    const model = await createOnnxModel({ files, sessions: await localSessions({ files, runtime: cpu }) })
    expect(model.info).toMatchObject({ size: { width: 512, height: 512 }, sizeMultiple: 64, latent: { pixelsPer: 8 } })
    const latents = zeros([4, 8, 8])
    const whole = await createOnnxModel({ files: old, sessions: await localSessions({ files: old, runtime: cpu }) })
    expect(await model.decode(latents, {})).toEqual(await whole.decode(latents, {}))
    await Promise.all([model.dispose(), whole.dispose()])
  })
})
