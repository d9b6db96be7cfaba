import { readFileSync } from 'node:fs'
import { generate, type RecipeInput } from '@neg/core'
import { expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { localModel } from '../../test/local-model'

interface Case {
  readonly model: string
  readonly prompt: string
  readonly negative: string
  readonly steps: number
  readonly scale: number
  readonly seed: number
  readonly loras?: readonly (readonly [name: string, weight: number])[]
  readonly embeddings?: readonly string[]
  readonly first: readonly number[]
  readonly largest: number
}

const { cases } = JSON.parse(readFileSync('fixtures/layouts/additions.json', 'utf8')) as { cases: Case[] }
const folder = diskFiles('fixtures/layouts/additions')
const fileOf = (name: string) => folder.open(`${name}.safetensors`)

const additionsOf = async ({ loras = [], embeddings = [] }: Pick<Case, 'loras' | 'embeddings'>) => ({
  loras: await Promise.all(loras.map(async ([name, weight]) => ({ name, weight, file: await fileOf(name) }))),
  embeddings: await Promise.all(embeddings.map(async (name) => ({ name, file: await fileOf(name) }))),
})

const recipeOf = ({ prompt, negative, steps, scale, seed }: Case): RecipeInput => ({
  prompt,
  negatives: [negative],
  ...{ steps, scale, seed, width: 64, height: 64 },
})

it.each(cases.map((one, i) => ({ ...one, i, one })))(
  '$i $model, $loras, $embeddings: diffusers’ latents',
  async ({ one }) => {
    const model = await localModel(`fixtures/layouts/${one.model}`, await additionsOf(one))
    const { latents, record } = await generate(model, recipeOf(one), { decode: false }).result
    const worst = Math.max(...one.first.map((value, i) => Math.abs(value - latents.data[i])))
    expect(worst / one.largest).toBeLessThan(1e-4)
    expect(record.models.main.loras?.map(({ name, weight }) => [name, weight])).toEqual(one.loras)
    expect(record.models.main.embeddings?.map(({ name }) => name)).toEqual(one.embeddings)
    await model.dispose()
  },
)
