import { generate } from '@neg/core'
import { type WebModel, web } from '@neg/web'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { portraits, recipeOf, referenceCases, relativeError } from './reference-cases'

let model: WebModel
beforeAll(async () => {
  model = await web({ model: portraits, device: 'wasm' })
})
afterAll(() => model?.dispose())

test.each(referenceCases.map((c, i) => [i, c.scheduler, c.prompt, c] as const))(
  'case %i, %s, “%s”: the latents of diffusers',
  async (_i, _scheduler, _prompt, c) => {
    const { latents } = await generate(model, recipeOf(c)).result
    expect(relativeError(latents.data, c)).toBeLessThan(1e-3)
  },
)
