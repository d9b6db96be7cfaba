import { Command } from 'commander'
import { expect, test } from 'vitest'
import { type ModelFlags, modelFileOptions, modelOptions } from './model-flags'

const parsed = (...args: string[]) =>
  modelOptions(
    modelFileOptions()
      .reduce((command, option) => command.addOption(option), new Command().exitOverride())
      .parse(args, { from: 'user' })
      .opts<ModelFlags>(),
  )

test('what says which files of a model are used', () => {
  expect(parsed()).toEqual({})
  expect(parsed('--dtype', 'fp16', '--revision', 'v1', '--subfolder', 'onnx', '--configs', 'org/name')).toEqual({
    dtype: 'fp16',
    revision: 'v1',
    subfolder: 'onnx',
    configs: 'org/name',
  })
  expect(parsed('--dtype', 'unet=fp16', '--dtype', 'vae_decoder=fp32', '--file', 'unet=a=b.onnx')).toEqual({
    dtype: { unet: 'fp16', vae_decoder: 'fp32' },
    files: { unet: 'a=b.onnx' },
  })
  for (const args of [
    ['--dtype', 'fp16', '--dtype', 'unet=q8'],
    ['--dtype', 'unet=q8', '--dtype', 'fp16'],
    ['--file', 'unet.onnx'],
  ]) {
    expect(() => parsed(...args)).toThrow(expect.objectContaining({ code: 'option-invalid', where: args[0] }))
  }
})

test('what is added to a model', () => {
  expect(
    parsed(
      '--lora',
      'a.safetensors:-0.5',
      '--lora',
      'C:\\b.safetensors',
      '--embedding',
      'bad.safetensors',
      '--loras',
      'shelf/',
    ),
  ).toEqual({
    loras: [{ file: 'a.safetensors', weight: -0.5 }, { file: 'C:\\b.safetensors', weight: 1 }, 'shelf/'],
    embeddings: ['bad.safetensors'],
  })
  expect(parsed('--embeddings', 'all/')).toEqual({ embeddings: ['all/'] })
  for (const text of ['a.safetensors:', 'a.safetensors:much', '']) {
    expect(() => parsed('--lora', text)).toThrow(expect.objectContaining({ code: 'option-invalid', where: '--lora' }))
  }
})
