import { describe, expect, it } from 'vitest'
import { checkDtype, graphFile, networkParts } from './graph-files'

const files = { name: 'org/some-model' }
const refusal = (action: () => unknown) => {
  try {
    action()
  } catch (error) {
    const { code, message, where } = error as { code: string; message: string; where?: string }
    return { code, message, where }
  }
  return undefined
}

describe('a part’s graph file', () => {
  const present = [
    'unet/model.onnx',
    'unet/model_fp16.onnx',
    'unet/model_quantized.onnx',
    'vae_decoder/model_fp16.onnx',
  ]

  it('is the one of the dtype, for all parts or a part', () => {
    const path = (part: string, dtype?: Parameters<typeof graphFile>[3]) => graphFile(files, present, part, dtype)
    expect(path('unet')).toBe('unet/model.onnx')
    expect(path('unet', 'fp32')).toBe('unet/model.onnx')
    expect(path('unet', 'fp16')).toBe('unet/model_fp16.onnx')
    expect(path('unet', 'q8')).toBe('unet/model_quantized.onnx')
    expect(path('vae_decoder')).toBe('vae_decoder/model_fp16.onnx')
    expect(graphFile(files, ['unet/model_q4.onnx', 'unet/model_quantized.onnx'], 'unet')).toBe(
      'unet/model_quantized.onnx',
    )
    expect(path('unet', { vae_decoder: 'fp16' })).toBe('unet/model.onnx')
    expect(path('vae_decoder', { vae_decoder: 'fp16' })).toBe('vae_decoder/model_fp16.onnx')
  })

  it('is missed with the dtypes that are there instead', () => {
    const { code, message } = refusal(() => graphFile(files, present, 'vae_decoder', 'fp32')) ?? {}
    expect(code).toBe('model-file-missing')
    expect(message).toContain("It has vae_decoder/model_fp16.onnx: ask for dtype 'fp16'.")
    expect(refusal(() => graphFile(files, present, 'unet', 'q4'))?.message).toContain(
      "ask for dtype 'fp32' or 'fp16' or 'q8'.",
    )
    const odd = refusal(() => graphFile(files, ['unet/model_odd.onnx', 'unet/other.onnx'], 'unet'))
    expect(odd?.message).toContain('It has unet/model_odd.onnx, unet/other.onnx.')
  })

  it('is missed with how to export it, where there are PyTorch weights', () => {
    for (const weights of ['unet/a.safetensors', 'unet/a.bin', 'a.ckpt', 'a.pt']) {
      const { message } = refusal(() => graphFile(files, [weights], 'unet')) ?? {}
      expect(message).toContain('--model org/some-model --task text-to-image some-model-onnx/')
    }
    expect(refusal(() => graphFile(files, ['unet/config.json'], 'unet'))?.message).toContain('complete?')
  })
})

it('the parts are the folders with a graph of their own', () => {
  const present = [
    'unet/model.onnx',
    'unet/model_fp16.onnx',
    'a/b/model.onnx',
    'model.onnx',
    'vae/other.onnx',
    'safety/model.onnx',
  ]
  expect(networkParts(present)).toEqual(['safety', 'unet'])
})

it('a dtype that nobody knows, or of a part that is not there, is refused', () => {
  const parts = ['unet', 'vae_decoder']
  const known: Parameters<typeof checkDtype>[0][] = [undefined, 'fp16', {}, { unet: 'q4f16' }]
  for (const dtype of known) expect(() => checkDtype(dtype, parts)).not.toThrow()
  expect(refusal(() => checkDtype('fp8', parts))).toMatchObject({ code: 'option-invalid', where: 'dtype' })
  expect(refusal(() => checkDtype('toString', parts))).toMatchObject({ code: 'option-invalid' })
  expect(refusal(() => checkDtype({ unet: 'fp8' }, parts))).toMatchObject({ where: 'dtype.unet' })
  expect(refusal(() => checkDtype({ text: 'fp16' }, parts))).toMatchObject({ where: 'dtype.text' })
})
