import { generate } from '@neg/core'
import { web } from '@neg/web'
import { expect, test } from 'vitest'
import flux from '../../../../fixtures/layouts/tiny-flux-dev.json'
import sd3 from '../../../../fixtures/layouts/tiny-sd3.json'

const told = { scale: 7, distilledScale: 3.5 }

test.each([
  ['tiny-sd3', sd3.cases[3], { scale: 7 }],
  ['tiny-flux-dev', flux.cases[3], told],
])(
  '%s opens in WebAssembly, T5 included, and draws diffusers’ latents; nag acts in one pass',
  async (name, c, scales) => {
    const model = await web({ model: `/fixtures/layouts/${name}/`, device: 'wasm' })
    const recipe = {
      prompt: c.prompt,
      width: c.width,
      height: c.height,
      seed: c.seed,
      maxSequenceLength: c.max_sequence_length,
    }
    const { latents } = await generate(model, {
      ...recipe,
      ...scales,
      negatives: [c.negative_prompt ?? ''],
      steps: c.num_inference_steps,
    }).result
    const largest = c.latents.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
    const worst = latents.data.reduce((most, value, i) => Math.max(most, Math.abs(value - c.latents[i])), 0)
    expect(worst / largest).toBeLessThan(1e-3)
    const { record } = await generate(
      model,
      { ...recipe, guidance: 'nag', negatives: ['a hat'], scale: 1, steps: 2 },
      { decode: false },
    ).result
    expect(record.evaluations.run).toBe(2)
    expect(record.numerics.graph).toMatch(/^nag/)
    await model.dispose()
  },
)
