import { neg } from '@neg/ai'
import { generate, readPngText } from '@neg/core'
import { readImage, web } from '@neg/web'
import { generateImage } from 'ai'
import { expect, test } from 'vitest'
import { portraits } from '../../../web/test/browser/reference-cases'

test('the AI SDK draws in the page, from a picture too', async () => {
  const model = await web({ model: portraits, device: 'wasm', cache: 'memory' })
  try {
    const providerOptions = { neg: { steps: 2, negatives: [{ text: 'glasses', window: { from: 0, to: 0.5 } }] } }
    const prompt = 'a professional office woman'
    const steps: number[] = []
    const drawing = neg(model, { onEvent: (event) => event.type === 'step-end' && steps.push(event.step) })
    const { image } = await generateImage({ model: drawing, prompt, seed: 3, providerOptions })
    expect(steps).toEqual([0, 1])
    expect(JSON.parse(readPngText(image.uint8Array).neg).recipe.seed).toBe('3')
    const direct = await generate(model, { prompt, seed: 3, ...providerOptions.neg }).result
    const pixels = await readImage(new Blob([image.uint8Array as Uint8Array<ArrayBuffer>]))
    expect(pixels.data).toEqual(direct.image.data)

    const again = await generateImage({
      model: drawing,
      prompt: { text: 'a pirate', images: [image.uint8Array] },
      seed: 4,
      providerOptions: { neg: { steps: 2, strength: 0.5 } },
    })
    expect(again.image.mediaType).toBe('image/png')
    expect(again.warnings).toEqual([])
  } finally {
    await model.dispose()
  }
})
