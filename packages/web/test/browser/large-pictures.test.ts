import { generate } from '@neg/core'
import { web } from '@neg/web'
import { expect, test } from 'vitest'

/** Attention at the finest level, 16,384 tokens for 1024 × 1024 pixels: as exported its scores alone are gigabytes of one row. */
const files = [
  'model_index.json',
  'scheduler/scheduler_config.json',
  ...['merges.txt', 'special_tokens_map.json', 'tokenizer_config.json', 'vocab.json'].map(
    (file) => `tokenizer/${file}`,
  ),
  ...['text_encoder', 'unet', 'vae_decoder'].flatMap((part) => [`${part}/config.json`, `${part}/model.onnx`]),
]
const folder = '/fixtures/layouts/tiny-sd15/'
const model = {
  name: 'tiny-sd15',
  files: Object.fromEntries(files.map((path) => [path, { url: new URL(folder + path, location.href).href }])),
}
const recipe = { prompt: 'a man', guidance: 'negative-prompt', scale: 1, seed: 1, steps: 1, width: 1024, height: 1024 }

test('WebAssembly draws what does not fit as exported, and says so where it is asked for', async () => {
  const small = { ...recipe, width: 64, height: 64 }
  const exported = await web({ model, device: 'wasm', cache: 'memory', attention: 'exported' })
  const expected = (await generate(exported, small).result).latents.data
  // Only its code: a picture that came after all is too large to be shown.
  const refused = await generate(exported, recipe).result.then(
    ({ timings }) => `drawn in ${timings.total} ms`,
    ({ code, message }) => `${code}: ${message}`,
  )
  expect(refused).toMatch(/^out-of-memory: /)
  await exported.dispose()

  const closed = await web({ model, device: 'wasm', cache: 'memory' })
  const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  const { latents } = await generate(closed, small).result
  latents.data.forEach((x, i) => {
    expect(Math.abs(x - expected[i])).toBeLessThan(1e-4 * largest)
  })
  const large = await generate(closed, recipe).result
  expect([large.image.width, large.image.height]).toEqual([1024, 1024])
  expect(large.latents.data.every(Number.isFinite)).toBe(true)
  expect(closed.info.attention?.by).not.toBe('exported')
  await closed.dispose()
}, 600_000)
