import { type GenerateInput, generate } from '@neg/core'
import { prepareRun } from '@neg/core/internal'
import { torchGenerator } from '@neg/core/schedulers'
import { describe, expect, it } from 'vitest'
import type { MixtureComponent, NoiseLevel } from './gaussian-mixture'
import { gaussianMixtureModel } from './gaussian-mixture-model'
import { type FieldTerms, integrateGuided } from './guided-field'

const model = gaussianMixtureModel()

/** Where a run starts: its noise, and the level of its first step. */
function startOf(recipe: GenerateInput, size: number) {
  const { plan } = prepareRun(model, recipe)
  return { noise: torchGenerator(String(recipe.seed)).randn(size), level: plan.schedule.levels[0] }
}

const scheduler = { name: 'HeunDiscreteScheduler', config: { use_karras_sigmas: true } }

/** The farthest any of some runs ends from the exact integration, as a share of the largest value. */
async function farthest(recipe: Omit<GenerateInput, 'prompt'>, terms: FieldTerms): Promise<number> {
  let most = 0
  for (const seed of ['1', '2', '3', '4', '5', '6']) {
    const full = { prompt: 'woman', scheduler, steps: 80, ...recipe, seed }
    const { noise, level } = startOf(full, 32)
    const exact = integrateGuided(model, terms, noise, level)
    const { latents } = await generate(model, full, { decode: false }).result
    const size = Math.max(...exact.map(Math.abs))
    exact.forEach((value, i) => (most = Math.max(most, Math.abs(value - latents.data[i]) / size)))
  }
  return most
}

describe('affine guidance in a run is the guided field, integrated with exact scores in 1,000 steps', () => {
  it('classifier-free, scale 3', async () => {
    expect(
      await farthest({ scale: 3, guidance: 'classifier-free' }, () => [
        ['woman', 3],
        [null, -2],
      ]),
    ).toBeLessThan(0.01)
  })

  it('negative prompt, scale 3', async () => {
    const recipe = { scale: 3, guidance: 'negative-prompt', negatives: ['glasses'] }
    expect(
      await farthest(recipe, () => [
        ['woman', 3],
        ['glasses', -2],
      ]),
    ).toBeLessThan(0.01)
  })

  it('general, s⁺ 3 and s⁻ 1', async () => {
    const recipe = { scale: 3, negatives: [{ text: 'glasses', scale: 1 }] }
    expect(
      await farthest(recipe, () => [
        ['woman', 3],
        [null, -1],
        ['glasses', -1],
      ]),
    ).toBeLessThan(0.01)
  })

  it('composition, AND and NOT', async () => {
    const roles = {
      concept: [
        { text: 'glasses', scale: 0.5 },
        { text: 'pirate', scale: -0.5 },
      ],
    }
    const terms: FieldTerms = () => [
      ['woman', 2],
      [null, -1],
      ['glasses', 1],
      ['pirate', -1],
    ]
    expect(await farthest({ scale: 2, guidance: 'composition', roles }, terms)).toBeLessThan(0.01)
  })

  it('interval of noise levels', async () => {
    const guidance = { name: 'interval', options: { from: 0.3, to: 4 } }
    const terms: FieldTerms = ({ alpha, sigma }: NoiseLevel) =>
      0.3 < sigma / alpha && sigma / alpha <= 4
        ? [
            ['woman', 4],
            [null, -3],
          ]
        : [['woman', 1]]
    // A step that straddles an edge of the interval is wholly in or out.
    expect(await farthest({ scale: 4, guidance }, terms)).toBeLessThan(0.05)
  })
})

describe('at s⁺ = 1, s⁻ = 0', () => {
  const line: MixtureComponent[] = [
    { tags: ['left', 'far'], mean: [-1.2], deviation: 0.2, weight: 1 },
    { tags: ['left'], mean: [-0.3], deviation: 0.3, weight: 2 },
    { tags: ['right'], mean: [1], deviation: 0.4, weight: 3 },
  ]

  it('samples have the exact conditional density (Kolmogorov–Smirnov, 800 runs, 1 %)', async () => {
    const lineModel = gaussianMixtureModel({ components: line, shape: [1, 1, 1] })
    const count = 800
    const samples: number[] = []
    for (let seed = 0; seed < count; seed++) {
      const recipe = { prompt: 'left', negatives: [{ text: 'far', scale: 0 }], scale: 1, steps: 12, seed }
      const { latents } = await generate(
        lineModel,
        { ...recipe, scheduler: 'HeunDiscreteScheduler' },
        { decode: false },
      ).result
      samples.push(latents.data[0])
    }
    samples.sort((a, b) => a - b)
    const cdf = (x: number) => (normalCdf((x + 1.2) / 0.2) + 2 * normalCdf((x + 0.3) / 0.3)) / 3
    const distance = Math.max(
      ...samples.map((x, i) => Math.max(Math.abs(cdf(x) - i / count), Math.abs(cdf(x) - (i + 1) / count))),
    )
    expect(distance).toBeLessThan(1.63 / Math.sqrt(count))
  })
})

/** Φ, by the series of erf (accurate to 1e-10 for |x| < 6). */
function normalCdf(x: number): number {
  const z = Math.min(Math.max(x, -6), 6) / Math.SQRT2
  let [term, sum] = [z, z]
  for (let n = 1; n < 200; n++) {
    term *= (-z * z) / n
    sum += term / (2 * n + 1)
  }
  return 0.5 + sum / Math.sqrt(Math.PI)
}
