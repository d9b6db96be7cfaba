import { generate } from '@neg/core'
import { type WebModel, web } from '@neg/web'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { portraits, recipeOf, referenceCases, relativeError } from './reference-cases'

let model: WebModel
beforeAll(async () => {
  model = await web({ model: portraits, device: 'webgpu' })
})
afterAll(() => model?.dispose())

// Computed on the CPU by a software adapter: right, and very slow. The two quickest cases that use a negative.
const cases = [10, 8]

test.each(cases.map((i) => [i, referenceCases[i].prompt, referenceCases[i]] as const))(
  'case %i, “%s”: the latents of diffusers',
  { timeout: 1_500_000 },
  async (_i, _prompt, c) => {
    const { latents, record } = await generate(model, recipeOf(c), { decode: false }).result
    expect(record.numerics.device).toBe('webgpu')
    expect(relativeError(latents.data, c)).toBeLessThan(1e-2)
  },
)
