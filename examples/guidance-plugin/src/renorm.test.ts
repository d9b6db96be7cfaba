import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generate, plan } from '@neg/core'
import { norm } from '@neg/core/tensor'
import { gaussianMixtureModel, guidanceLaws } from '@neg/testing'
import { renorm } from './renorm.js'

// What renorm claims of itself; each claim brings its law.
const laws = guidanceLaws(renorm, {
  negativeIsPositive: 'positive',
  neutral: { options: { rho: 1e6 }, equals: 'general' },
})
for (const { name, run } of laws) test(name, run)

test('a small ρ draws a smaller picture', async () => {
  const model = gaussianMixtureModel()
  const drawn = async (rho: number) => {
    const recipe = { prompt: 'woman', negatives: ['glasses'], seed: 1, guidance: { name: 'renorm', options: { rho } } }
    return norm((await generate(model, recipe, { plugins: [renorm] }).result).latents)
  }
  assert.ok((await drawn(0.5)) < 0.9 * (await drawn(1)))
})

test('a wrong option is refused before anything runs', () => {
  const guidance = { name: 'renorm', options: { rho: -1 } }
  assert.throws(() => plan({ prompt: 'woman', guidance }, gaussianMixtureModel(), { plugins: [renorm] }), /rho/)
})
