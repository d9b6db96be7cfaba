import { readFileSync } from 'node:fs'
import { generate } from '@neg/core'
import { type NodeModel, node } from '@neg/node'
import portraits from '@neg/portraits'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Reference {
  prompt: string
  negative: string | null
  scheduler: string
  options: Record<string, never>
  steps: number
  scale: number
  seed: number
  latents: number[]
  image32: number[]
}

const file = new URL('../../../fixtures/portraits/references.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Reference[] }
const deviations: { name: string; latents: number; image: number }[] = []
let model: NodeModel

beforeAll(async () => {
  model = await node({ model: portraits, device: 'cpu' })
})

afterAll(async () => {
  await model.dispose()
  console.table(deviations.map((d) => ({ ...d, latents: d.latents.toExponential(1), image: d.image.toFixed(3) })))
})

describe('pictures that diffusers drew on the same weights', () => {
  test.each(cases)('$prompt | $negative | $scheduler $options', async (reference) => {
    const { prompt, negative, scheduler, options, steps, scale, seed } = reference
    const { latents, image } = await generate(model, {
      prompt,
      negatives: negative === null ? [] : [negative],
      // By name, so that it is diffusers' numbers whatever the model recommends.
      guidance: 'negative-prompt',
      scheduler: { name: scheduler, config: options },
      steps,
      scale,
      seed,
    }).result

    const most = Math.max(...reference.latents.map(Math.abs))
    const difference = Math.max(...reference.latents.map((value, i) => Math.abs(value - latents.data[i]))) / most
    const every4th = Array.from({ length: 32 * 32 * 3 }, (_, i) => {
      const [pixel, channel] = [Math.floor(i / 3), i % 3]
      return image.data[4 * (4 * Math.floor(pixel / 32) * image.width + 4 * (pixel % 32)) + channel]
    })
    const average =
      every4th.reduce((sum, value, i) => sum + Math.abs(value - reference.image32[i]), 0) / every4th.length
    deviations.push({ name: `${prompt} ${scheduler}`, latents: difference, image: average })
    expect(difference).toBeLessThan(1e-3)
    expect(average).toBeLessThan(2)
  })
})
