import { generate } from '@neg/core'
import { web } from '@neg/web'
import { portraits, recipeOf, referenceCases } from './reference-cases'

/** A worker of the page's own that draws: the model's worker is started from it. */
self.onmessage = async ({ data: index }: MessageEvent<number>) => {
  const model = await web({ model: portraits, device: 'wasm' })
  const { latents } = await generate(model, recipeOf(referenceCases[index]), { decode: false }).result
  await model.dispose()
  self.postMessage(latents.data)
}
