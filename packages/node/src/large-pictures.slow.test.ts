import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const built = (name: string) => JSON.stringify(new URL(`../../${name}/dist/index.js`, import.meta.url).href)
const folder = fileURLToPath(new URL('../../../fixtures/layouts/tiny-sd15', import.meta.url))

/** A process that draws one step, so that its peak of memory is that picture's. */
const program = (size: number, attention: string) => `
  const { generate } = await import(${built('core')})
  const { node } = await import(${built('node')})
  const model = await node({ model: ${JSON.stringify(folder)}, device: 'cpu', attention: '${attention}' })
  const recipe = { prompt: 'a man', negatives: ['glasses'], seed: 1, steps: 1, width: ${size}, height: ${size} }
  const { latents, record } = await generate(model, recipe).result
  await model.dispose()
  const { graph } = record.numerics
  console.log(JSON.stringify({ graph, peak: process.resourceUsage().maxRSS / 1024, latents: [...latents.data.slice(0, 64)] }))`

const drawn = (size: number, attention: string): { graph: string; peak: number; latents: number[] } =>
  JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', program(size, attention)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .at(-1) ?? '',
  )

test('attention at the finest level of 1024 × 1024 pixels stays under 1.2 GB', () => {
  // As exported, the scores of one such layer are 17 GB.
  const { graph, peak } = drawn(1024, 'auto')
  expect(graph).toBe('fused')
  expect(peak).toBeLessThan(1200)
})

test('both ways without whole scores draw what the exported graph draws, in a fraction of its memory', () => {
  const exported = drawn(512, 'exported')
  const largest = Math.max(...exported.latents.map(Math.abs))
  for (const attention of ['auto', 'sliced']) {
    const { peak, latents } = drawn(512, attention)
    expect(peak).toBeLessThan(exported.peak / 3)
    latents.forEach((x, i) => {
      expect(Math.abs(x - exported.latents[i])).toBeLessThan(1e-4 * largest)
    })
  }
})
