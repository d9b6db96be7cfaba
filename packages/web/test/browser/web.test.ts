import { generate } from '@neg/core'
import { cachedModels, deleteCachedModel, encodePng, inputImage, inspect, readImage, web } from '@neg/web'
import { expect, test } from 'vitest'
import { portraits, referenceCases, relativeError } from './reference-cases'

test('it works in a worker of the page’s own', async () => {
  const worker = new Worker(new URL('./drawing-worker.ts', import.meta.url), { type: 'module' })
  const latents = await new Promise<Float32Array>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = (event) => reject(new Error(event.message))
    worker.postMessage(10)
  })
  worker.terminate()
  expect(relativeError(latents, referenceCases[10])).toBeLessThan(1e-3)
})

test('what a model takes is known before, and zero when it is stored', async () => {
  for (const { name } of await cachedModels()) await deleteCachedModel(name)
  const before = await inspect({ model: portraits, device: 'wasm' })
  expect(before).toMatchObject({ name: 'model', stored: 0, device: { device: 'wasm' } })
  expect(before.model).toBeGreaterThan(28e6)
  expect(before.runtime.bytes).toBeGreaterThan(before.runtime.compressed)

  const model = await web({ model: portraits, device: 'wasm' })
  const after = await inspect({ model: portraits, device: 'wasm' })
  expect(after.stored).toBe(after.model)
  expect((await cachedModels()).map(({ name }) => name)).toEqual(['model'])

  const again = await web({ model: portraits, device: 'wasm', localFilesOnly: true })
  expect(again.info.digest).toBe(model.info.digest)
  await Promise.all([model.dispose(), again.dispose()])
  await deleteCachedModel('model')
  expect(await cachedModels()).toEqual([])
  await expect(web({ model: portraits, device: 'wasm', localFilesOnly: true })).rejects.toMatchObject({
    code: 'model-file-missing',
  })
})

test('aborting ends a run between two calls, and the model draws the next; after dispose it refuses', async () => {
  const model = await web({ model: portraits, device: 'wasm', cache: 'memory' })
  const run = generate(model, { prompt: 'a pirate', steps: 30, seed: 1 })
  const reason = new Error('enough')
  for await (const event of run) {
    if (event.type === 'step-end') break
  }
  await expect(run.result).rejects.toMatchObject({ name: 'AbortError' })
  const second = generate(model, { prompt: 'a pirate', steps: 30, seed: 1 })
  second.abort(reason)
  await expect(second.result).rejects.toBe(reason)
  const { image, record } = await generate(model, { prompt: 'a pirate', steps: 2, seed: 1 }).result

  const read = await readImage(await encodePng(image, { neg: JSON.stringify(record) }))
  expect(read).toEqual(image)

  const last = generate(model, { prompt: 'a pirate', steps: 30, seed: 1 })
  await model.dispose()
  await model.dispose()
  await expect(last.result).rejects.toMatchObject({ code: 'disposed' })
  await expect(generate(model, { prompt: 'a pirate' }).result).rejects.toMatchObject({ code: 'disposed' })
})

test('a picture to begin from has the name that recipes have for it', async () => {
  const pixels = { width: 2, height: 2, data: new Uint8ClampedArray(16).fill(255) }
  const file = new Blob([(await encodePng(pixels)) as BlobPart], { type: 'image/png' })
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))
  const sha256 = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  expect(await inputImage(file)).toEqual({ sha256, pixels })
})

test('options are refused before anything is fetched', async () => {
  await expect(web({ model: portraits, device: 'cuda' as never })).rejects.toMatchObject({
    code: 'option-invalid',
    message: expect.stringContaining('device'),
  })
  await expect(web({ model: portraits, progress: 1 } as never)).rejects.toMatchObject({ code: 'option-unknown' })
  await expect(web({ model: 'ftp://host/x' })).rejects.toMatchObject({ code: 'option-invalid' })
})

/** A safetensors file of one float32 tensor. */
function safetensors(key: string, shape: readonly number[], values: Float32Array<ArrayBuffer>): Blob {
  const header = JSON.stringify({ [key]: { dtype: 'F32', shape, data_offsets: [0, values.byteLength] } })
  return new Blob([new BigUint64Array([BigInt(header.length)]), header, values])
}

test('textual inversions and LoRA files are added in the browser, too', async () => {
  const vectors = Float32Array.from({ length: 2 * 128 }, (_, i) => Math.sin(i) * 0.3)
  const file = safetensors('emb_params', [2, 128], vectors)
  const address = URL.createObjectURL(file)
  const model = await web({ model: portraits, device: 'wasm', embeddings: [{ file, name: 'easy' }] })
  const again = await web({ model: portraits, device: 'wasm', embeddings: [{ file: address, name: 'easy' }] })
  const plain = await web({ model: portraits, device: 'wasm' })
  expect(again.info.digest).toBe(model.info.digest)
  expect(plain.info.digest).not.toBe(model.info.digest)
  const recipe = { prompt: 'a pirate', negatives: ['easy'], guidance: 'negative-prompt', steps: 2, seed: 1 } as const
  const draw = async (on: typeof model) => (await generate(on, recipe, { decode: false }).result).latents.data
  const [own, other] = [await draw(model), await draw(plain)]
  expect(own).not.toEqual(other)
  expect(await draw(again)).toEqual(own)
  await Promise.all([model, again, plain].map((one) => one.dispose()))
  const wrong = web({ model: portraits, device: 'wasm', loras: [{ file, name: 'none' }] })
  await expect(wrong).rejects.toMatchObject({ code: 'model-mismatch' })
  await expect(web({ model: portraits, embeddings: [{ file }] })).rejects.toMatchObject({ code: 'option-invalid' })
})
