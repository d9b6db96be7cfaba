import { type DiffusionModel, generate, NegError, type Pixels, type RunEvent } from '@neg/core'
import type { AttentionSample } from '@neg/core/analysis'
import type { OnnxModel } from '@neg/onnx'
import type { Lab } from './experiment'

/** A lab over a model with an image classifier. */
export function createLab(
  model: DiffusionModel,
  signal: AbortSignal,
  follow: (event: Extract<RunEvent, { type: 'step-end' }>) => void,
  keep: Lab['keep'],
): Lab {
  const { classify } = model as Partial<Pick<OnnxModel, 'classify'>>
  if (!classify) {
    throw new NegError(
      'model-unsupported',
      `${model.info.id} has no image_classifier to judge pictures by, and the experiments' prompts are those of the embedded model.`,
    )
  }
  return {
    async draw(recipe, options = {}) {
      const samples: AttentionSample[] = []
      const capture = options.capture && { idle: 'observe' as const, ...options.capture }
      // Findings are about the negative prompt as it is published, whatever a model recommends.
      const classical = { guidance: 'general', scale: 5, ...recipe }
      const run = generate(model, classical, { ...options, ...(capture ? { capture } : {}), signal })
      for await (const event of run) {
        if (event.type === 'attention') samples.push(event)
        if (event.type === 'step-end') follow(event)
      }
      const { image, latents } = await run.result
      return { image, latents, samples }
    },
    async judge(image: Pixels, attribute: string) {
      const probability = (await classify(image, { signal }))[attribute]
      if (probability !== undefined) return probability
      throw new NegError('internal', `The image classifier knows no '${attribute}'.`)
    },
    decode: async (latents) => [await model.decode(latents, { signal })].flat()[0],
    keep,
  }
}
