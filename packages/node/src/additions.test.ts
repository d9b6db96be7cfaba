import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate, type RecipeInput } from '@neg/core'
import { node } from '@neg/node'
import { afterAll, expect, it } from 'vitest'
import { ownGuidance } from '../test/own-guidance'

const [tiny, additions] = ['fixtures/layouts/tiny-sd15', 'fixtures/layouts/additions']
const folder = mkdtempSync(join(tmpdir(), 'neg-additions-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
cpSync(`${additions}/kohya.safetensors`, join(folder, 'Film Grain.safetensors'))

const recipe: RecipeInput = { prompt: 'a dog', negatives: ['EasyNegative'], steps: 2, seed: 1, width: 64, height: 64 }
const options = { model: tiny, device: 'cpu', threads: 1 } as const

it('adds LoRA files and embeddings, a folder of embeddings as far as they fit', async () => {
  const [model, folders] = await Promise.all([
    node({
      ...options,
      loras: [{ file: join(folder, 'Film Grain.safetensors'), weight: 0.5 }],
      embeddings: [`${additions}/EasyNegative.safetensors`],
    }),
    node({ ...options, embeddings: [additions] }),
  ])
  const { record } = await generate(model, recipe, { decode: false }).result
  expect(record.models.main).toMatchObject({
    digest: model.info.digest,
    loras: [{ name: 'Film Grain', weight: 0.5, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    embeddings: [{ name: 'EasyNegative' }],
  })
  expect(folders.info.additions?.embeddings.map(({ name }) => name)).toEqual(['EasyNegative', 'learned'])
  expect(folders.info.additions?.skipped).toContain('negative-xl')
  await Promise.all([model.dispose(), folders.dispose()])
})

it('adds what a prompt asks for of a folder, for that run', async () => {
  const [model, fixed] = await Promise.all([
    node({ ...options, loras: [folder] }),
    node({ ...options, loras: [{ file: join(folder, 'Film Grain.safetensors'), weight: 0.7 }] }),
  ])
  const asked = { ...recipe, prompt: 'a dog <lora:film grain:0.7>', syntax: 'a1111' } as const
  const drawn = await generate(model, asked, { decode: false }).result
  const expected = await generate(fixed, { ...recipe, syntax: 'a1111', prompt: 'a dog ' }, { decode: false }).result
  expect(drawn.latents.data).toEqual(expected.latents.data)
  expect(drawn.record.models.main).toEqual(expected.record.models.main)
  expect(drawn.record.warnings).toEqual([])
  // A guidance of the caller's own keeps its loop here.
  const here = await generate(model, { ...asked, guidance: 'own' }, { decode: false, plugins: [ownGuidance] }).result
  expect(here.latents.data).toEqual(drawn.latents.data)
  // Another weight is another model; one that nobody asks for leaves the model as it is.
  const plain = await generate(model, recipe, { decode: false }).result
  const other = await generate(model, { ...asked, prompt: 'a dog <lora:Film Grain:-1>' }, { decode: false }).result
  expect(new Set([drawn, plain, other].map(({ record }) => record.models.main.digest)).size).toBe(3)
  const strange = await generate(
    model,
    { ...asked, prompt: 'a dog <lora:other:1>', negatives: ['<lora:Film Grain:1>'] },
    { decode: false },
  ).result
  expect(strange.record.warnings.map(({ code }) => code)).toEqual(['prompt-syntax', 'prompt-syntax'])
  await Promise.all([model.dispose(), fixed.dispose()])
})

it('refuses paths that are not there before anything is loaded', async () => {
  await expect(node({ ...options, loras: ['nowhere.safetensors'] })).rejects.toMatchObject({
    code: 'option-invalid',
    where: 'loras',
  })
  await expect(node({ ...options, embeddings: ['nowhere'] })).rejects.toMatchObject({
    code: 'option-invalid',
    where: 'embeddings',
  })
  await expect(node({ ...options, loras: [{ file: folder, weight: 1 }] })).rejects.toMatchObject({
    code: 'option-invalid',
  })
})

it('has the weights of the text encoders and the UNet apart where a prompt gives both', async () => {
  const [model, fixed] = await Promise.all([
    node({ ...options, loras: [folder] }),
    node({ ...options, loras: [{ file: join(folder, 'Film Grain.safetensors'), weight: 0.7, textWeight: 0.2 }] }),
  ])
  const asked = { ...recipe, prompt: 'a dog <lora:film grain:0.2:0.7>', syntax: 'a1111' } as const
  const drawn = await generate(model, asked, { decode: false }).result
  const expected = await generate(fixed, { ...recipe, syntax: 'a1111', prompt: 'a dog ' }, { decode: false }).result
  expect(drawn.latents.data).toEqual(expected.latents.data)
  expect(drawn.record.models.main).toEqual(expected.record.models.main)
  expect(drawn.record.models.main.loras).toMatchObject([{ weight: 0.7, textWeight: 0.2 }])
  expect(drawn.record.warnings).toEqual([])
  await Promise.all([model.dispose(), fixed.dispose()])
})
