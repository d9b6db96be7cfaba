import { describe, expect, test } from 'vitest'
import { adapterObstacle } from './adapter'
import { modelNeeds } from './model-needs'

const sd15 = {
  sample_size: 64,
  block_out_channels: [320, 640, 1280, 1280],
  down_block_types: ['CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'DownBlock2D'],
  attention_head_dim: 8,
}
const sdxl = {
  sample_size: 128,
  block_out_channels: [320, 640, 1280],
  down_block_types: ['DownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'],
  attention_head_dim: [5, 10, 20],
}
const adapter = (largest: number, features: string[] = []) => ({
  limits: { maxStorageBufferBindingSize: largest, maxBufferSize: largest } as GPUSupportedLimits,
  features: new Set(features) as GPUSupportedFeatures,
})

describe('the largest buffer', () => {
  test('of Stable Diffusion 1.5: 8 heads of 4096² at 512 pixels', () => {
    expect(modelNeeds(sd15, 'fp32', 'exported').largestBuffer).toBe(8 * 4096 ** 2 * 4)
    // A slice at a time otherwise.
    expect(modelNeeds(sd15, 'fp32', 'auto').largestBuffer).toBe(2 ** 25)
  })
  test('of SDXL: its first level has no attention', () => {
    expect(modelNeeds(sdxl, 'fp32', 'exported').largestBuffer).toBe(10 * 4096 ** 2 * 4)
  })
})

describe('an adapter', () => {
  test('that is too small says which limit, and what of the model does not fit', () => {
    expect(adapterObstacle(adapter(2 ** 27), modelNeeds(sd15, 'fp32', 'exported'))).toMatch(
      /largest buffer is 128 MiB .*8 heads over 4096 latent cells takes 512 MiB/,
    )
    expect(adapterObstacle(adapter(2 ** 30), modelNeeds(sd15, 'fp32', 'exported'))).toBeUndefined()
  })
  test('without half precision cannot run fp16', () => {
    expect(adapterObstacle(adapter(2 ** 31), modelNeeds(sd15, 'fp16', 'exported'))).toContain('shader-f16')
    expect(adapterObstacle(adapter(2 ** 31, ['shader-f16']), modelNeeds(sd15, 'q4f16', 'exported'))).toBeUndefined()
  })
})

test.each([
  ['sample_size', '../../etc/passwd'],
  ['sample_size', [64]],
  ['block_out_channels', []],
  ['down_block_types', 'CrossAttnDownBlock2D'],
  ['attention_head_dim', -8],
  ['num_attention_heads', [null]],
])('%s of %j is refused by that name', (key, value) => {
  expect(() => modelNeeds({ ...sd15, [key]: value }, 'fp32', 'auto', 'tiny')).toThrow(
    expect.objectContaining({
      code: 'model-file-malformed',
      message: expect.stringMatching(`unet/config\\.json of tiny is refused\\. ${key}`),
    }),
  )
})
