import { readFileSync } from 'node:fs'
import { generate } from '@neg/core'
import { describe, expect, it } from 'vitest'
import { localModel } from '../../test/local-model'

interface Case {
  readonly prompt: string
  readonly negative_prompt?: string | null
  readonly num_inference_steps: number
  readonly guidance_scale: number
  /** Flux: real guidance, where there is a negative; `guidance_scale` is what the network is told. */
  readonly true_cfg_scale?: number
  readonly max_sequence_length?: number
  readonly width: number
  readonly height: number
  readonly seed: number
  readonly latentShape: readonly number[]
  readonly latents: readonly number[]
  readonly imageTopLeft8x8: readonly number[]
}

const recorded = (name: string) =>
  (JSON.parse(readFileSync(`fixtures/layouts/${name}.json`, 'utf8')) as { cases: Case[] }).cases

const layouts = ['tiny-sd15', 'tiny-sd2-v', 'tiny-sdxl', 'tiny-lcm']
const transformers = ['tiny-sd3', 'tiny-sd35', 'tiny-flux-dev', 'tiny-flux-schnell']

/** Guidance of a recorded call as a recipe says it. */
function guidanceOf(name: string, { guidance_scale, true_cfg_scale = 1, max_sequence_length }: Case) {
  if (!name.startsWith('tiny-flux')) return { scale: guidance_scale, maxSequenceLength: max_sequence_length }
  const told = name === 'tiny-flux-dev' ? { distilledScale: guidance_scale } : {}
  return { scale: true_cfg_scale, ...told, maxSequenceLength: max_sequence_length }
}

/** Models that diffusers built, Optimum exported and diffusers ran. */
describe.each([...layouts, ...transformers])('%s against diffusers', async (name) => {
  const model = await localModel(`fixtures/layouts/${name}`)
  it.each(recorded(name))(
    '$prompt / $negative_prompt, $num_inference_steps steps, scale $guidance_scale, $width × $height',
    async (recorded) => {
      const { prompt, negative_prompt: negative, width, height, seed } = recorded
      const run = generate(model, {
        prompt,
        negatives: negative ? [negative] : [],
        ...guidanceOf(name, recorded),
        steps: recorded.num_inference_steps,
        width,
        height,
        seed,
      })
      const { latents, image } = await run.result
      expect(latents.shape).toEqual(recorded.latentShape.slice(1))
      const largest = Math.max(...recorded.latents.map(Math.abs))
      const worst = Math.max(...recorded.latents.map((x, i) => Math.abs(x - latents.data[i])))
      expect(worst / largest).toBeLessThan(1e-4)
      expect([image.width, image.height]).toEqual([width, height])
      for (let i = 0; i < 64; i++) {
        const at = (Math.floor(i / 8) * width + (i % 8)) * 4
        for (let c = 0; c < 3; c++) {
          expect(Math.abs(image.data[at + c] - recorded.imageTopLeft8x8[i * 3 + c] * 255)).toBeLessThan(0.6)
        }
      }
    },
  )
})
