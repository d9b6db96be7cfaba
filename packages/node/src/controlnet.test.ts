import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate, type RecipeInput } from '@neg/core'
import { node } from '@neg/node'
import { afterAll, expect, it } from 'vitest'
import { ownGuidance } from '../test/own-guidance'

const layouts = 'fixtures/layouts'
const folder = mkdtempSync(join(tmpdir(), 'neg-controlnet-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const [led, whole] = [join(folder, 'led'), join(folder, 'whole')]
for (const one of [led, whole]) {
  cpSync(`${layouts}/tiny-sd15`, one, { recursive: true })
  cpSync(`${layouts}/controlnet/tiny-sd15-unet.onnx`, join(one, 'unet/model.onnx'))
}
for (const one of [join(folder, 'canny'), join(whole, 'controlnet')]) {
  mkdirSync(one)
  cpSync(`${layouts}/controlnet/first.onnx`, join(one, 'model.onnx'))
}

const sha256 = 'a'.repeat(64)
const image = { width: 64, height: 64, data: Uint8ClampedArray.from({ length: 4 * 64 * 64 }, (_, i) => (i * 7) % 256) }
const recipe: RecipeInput = {
  prompt: 'a dog',
  negatives: ['a cat'],
  ...{ steps: 2, seed: 1, width: 64, height: 64, control: [{ sha256 }] },
}
const options = { device: 'cpu', threads: 1 } as const
const images = [{ sha256, pixels: image }]

it('a folder, a file, or a part of the model’s own folder: the same latents, in the thread and outside', async () => {
  const [byFolder, byFile, own] = await Promise.all([
    node({ ...options, model: led, controlnets: { canny: join(folder, 'canny') } }),
    node({ ...options, model: led, controlnets: { edges: `${layouts}/controlnet/first.onnx` } }),
    node({ ...options, model: whole }),
  ])
  const results = await Promise.all(
    [byFolder, byFile, own].map((model) => generate(model, recipe, { images, decode: false }).result),
  )
  const [first, ...others] = results
  for (const { latents } of others) expect(latents).toEqual(first.latents)
  expect(results.map(({ record }) => record.models.main.controls?.[0].name)).toEqual(['canny', 'edges', 'controlnet'])
  expect(new Set(results.map(({ record }) => record.models.main.controls?.[0].sha256)).size).toBe(1)
  expect(own.info.digest).toBe(byFolder.info.digest)
  // A guidance of the caller's own keeps its loop here: pictures cross with the rows.
  const here = await generate(
    byFolder,
    { ...recipe, guidance: 'own' },
    { images, plugins: [ownGuidance], decode: false },
  ).result
  const [a, b] = [here.latents.data, first.latents.data]
  expect(Math.max(...a.map((value, i) => Math.abs(value - b[i])))).toBeLessThan(1e-3)
  await Promise.all([byFolder.dispose(), byFile.dispose(), own.dispose()])
})

it('what is none, or leads nothing, is refused as the model is opened', async () => {
  const refused = (model: string, canny: string) => node({ ...options, model, controlnets: { canny } })
  const where = 'controlnets.canny'
  await expect(refused(led, join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'option-invalid', where })
  await expect(refused(led, `${layouts}/controlnet.json`)).rejects.toMatchObject({ code: 'option-invalid', where })
  await expect(refused(led, layouts)).rejects.toMatchObject({ code: 'model-file-missing', where })
  await expect(refused(`${layouts}/tiny-sd15`, join(folder, 'canny'))).rejects.toMatchObject({
    code: 'control-unsupported',
    where,
  })
})
