import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from '@neg/core'
import { node, readImage, writePng } from '@neg/node'
import { generate as generateThere, negServer } from '@neg/remote/jobs'
import { afterAll, expect, test } from 'vitest'
import { startServer } from './server'

const layouts = 'fixtures/layouts'
const folder = mkdtempSync(join(tmpdir(), 'neg-control-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
cpSync(`${layouts}/tiny-sd15`, folder, { recursive: true })
cpSync(`${layouts}/controlnet/tiny-sd15-unet.onnx`, join(folder, 'unet/model.onnx'))

test('a job is led by a picture that was uploaded, as a run here is', async () => {
  const model = await node({
    ...{ model: folder, device: 'cpu', threads: 1 },
    controlnets: { canny: `${layouts}/controlnet/first.onnx` },
  })
  const server = await startServer({ models: model, port: 0 })
  try {
    const client = negServer({ url: server.url })
    const data = Uint8ClampedArray.from({ length: 4 * 64 * 64 }, (_, i) => (i % 4 === 3 ? 255 : (i * 7) % 256))
    const file = await writePng({ width: 64, height: 64, data })
    const { sha256 } = await client.upload(file, 'image/png')
    const recipe = { prompt: 'a dog', negatives: ['a cat'], seed: 1, steps: 2, width: 64, height: 64 }
    const led = { ...recipe, control: [{ sha256, strength: 0.5, window: { from: 0, to: 0.5 } }] }
    const here = await generate(model, led, { images: { [sha256]: await readImage(file) } }).result
    const there = await generateThere(client, led).result
    expect(there.latents).toEqual(here.latents)
    expect(there.record).toEqual(here.record)
    expect((await client.models())[0].info.controls).toEqual(model.info.controls)
    const unknown = { ...recipe, control: [{ sha256: '0'.repeat(64) }] }
    await expect(generateThere(client, unknown).result).rejects.toMatchObject({
      code: 'image-missing',
      where: 'recipe.control',
    })
  } finally {
    await server.close()
    await model.dispose()
  }
})
