import { readFileSync } from 'node:fs'
import { generate } from '@neg/core'
import { afterAll, describe, expect, it } from 'vitest'
import { localModel } from '../../test/local-model'

interface Reference {
  readonly prompt: string
  readonly negative: string | null
  readonly scheduler: string
  readonly options: Record<string, never>
  readonly steps: number
  readonly scale: number
  readonly seed: number
  readonly latents: readonly number[]
  readonly image32: readonly number[]
}

const { cases } = JSON.parse(readFileSync('fixtures/portraits/references.json', 'utf8')) as { cases: Reference[] }
const model = await localModel('packages/portraits/model')
afterAll(() => model.dispose())

/** Every 4th pixel, rows of RGB. */
function every4th(data: Uint8ClampedArray, size: number): number[] {
  const values: number[] = []
  for (let y = 0; y < size; y += 4) {
    for (let x = 0; x < size; x += 4) values.push(...data.subarray((y * size + x) * 4, (y * size + x) * 4 + 3))
  }
  return values
}

describe('the embedded model against diffusers', () => {
  it.each(cases)('$scheduler: $prompt / $negative', async (reference) => {
    const { prompt, negative, scheduler, options, steps, scale, seed } = reference
    const run = generate(model, {
      prompt,
      negatives: negative ? [negative] : [],
      // By name, so that it is diffusers' numbers whatever the model recommends.
      guidance: 'negative-prompt',
      scale,
      steps,
      seed,
      scheduler: { name: scheduler, config: options },
    })
    const { latents, image } = await run.result
    const largest = Math.max(...reference.latents.map(Math.abs))
    const worst = Math.max(...reference.latents.map((x, i) => Math.abs(x - latents.data[i])))
    expect(worst).toBeLessThan(1e-4 * largest)
    // Latents within 1e-4 may still round a value that lies on a half to its neighbour.
    const off = every4th(image.data, 128).map((value, i) => Math.abs(value - reference.image32[i]))
    expect(Math.max(...off)).toBeLessThanOrEqual(1)
    expect(off.filter((difference) => difference > 0).length).toBeLessThan(8)
  })
})
