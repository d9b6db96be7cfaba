import { type DiffusionModel, generate } from '@neg/core'
import { node, readImage, writePng } from '@neg/node'
import portraits from '@neg/portraits'
import { negServer } from '@neg/remote/jobs'
import { type NegServer, startServer } from '@neg/server'
import * as ai7 from 'ai'
import * as ai6 from 'ai-6'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type NegSettings, neg } from './index'

let model: DiffusionModel & { dispose(): Promise<void> }
let server: NegServer
beforeAll(async () => {
  model = await node({ model: portraits, device: 'cpu' })
  server = await startServer({ models: model, port: 0 })
})
afterAll(async () => {
  await server.close()
  await model.dispose()
})

const prompt = 'a professional office woman'
const negatives = [{ text: 'glasses', window: { from: 0, to: 0.5 } }]
const few = { steps: 2, negatives }

/** Both majors of the SDK; the older's types are those of version 3 of its specification. */
const sdks = { 'ai 7': ai7.generateImage, 'ai 6': ai6.experimental_generateImage ?? ai6.generateImage }
const backends = {
  'a model here': (settings?: NegSettings) => neg(model, settings),
  'a neg server': (settings?: NegSettings) => neg(negServer({ url: server.url }), settings),
}

describe.each(Object.entries(sdks))('%s', (_, generateImage) => {
  describe.each(Object.entries(backends))('with %s', (_, of) => {
    test('pictures, seeds and records are those of generate()', async () => {
      const { images, providerMetadata, warnings } = await generateImage({
        model: of(),
        prompt,
        n: 2,
        seed: 7,
        providerOptions: { neg: few },
      })
      const told = providerMetadata.neg.images as unknown as { seed: string; record: { recipe: { seed: string } } }[]
      expect(told.map(({ seed, record }) => [seed, record.recipe.seed])).toEqual([
        ['7', '7'],
        ['8', '8'],
      ])
      expect(warnings).toEqual([])
      for (const [i, image] of images.entries()) {
        expect(image.mediaType).toBe('image/png')
        const { image: direct } = await generate(model, { prompt, ...few, seed: 7 + i }).result
        expect((await readImage(image.uint8Array)).data).toEqual(direct.data)
      }
    })

    test('begins from a picture, and paints within a mask only', async () => {
      const start = await generate(model, { prompt, seed: 1, steps: 2 }).result
      const picture = await writePng(start.image)
      // As OpenAI's masks: what is transparent is drawn anew.
      const data = new Uint8ClampedArray(start.image.data.length)
      for (let i = 3; i < data.length; i += 4) data[i] = i < data.length / 2 ? 0 : 255
      const mask = await writePng({ ...start.image, data })
      const { image, providerMetadata } = await generateImage({
        model: of(),
        prompt: { text: 'a pirate', images: [picture], mask },
        seed: 2,
        providerOptions: { neg: { steps: 3, strength: 0.9 } },
      })
      const [{ record }] = providerMetadata.neg.images as unknown as { record: { recipe: { image: unknown } } }[]
      expect(record.recipe.image).toMatchObject({ strength: 0.9, mask: expect.any(String) })
      const drawn = (await readImage(image.uint8Array)).data
      const far = (from: number, to: number) => {
        let sum = 0
        for (let i = from; i < to; i++) sum += Math.abs(drawn[i] - start.image.data[i])
        return sum / (to - from)
      }
      const half = drawn.length / 2
      expect(far(0, half)).toBeGreaterThan(3 * far(half, drawn.length))
    })

    test('says what has no effect', async () => {
      const { warnings } = await generateImage({
        model: of(),
        prompt,
        size: '128x128',
        aspectRatio: '2:1',
        headers: { 'x-mine': '1' },
        providerOptions: { neg: { ...few, syntax: 'plain', guidance: 'general' } },
      })
      expect(warnings).toEqual([
        { type: 'unsupported', feature: 'aspectRatio', details: expect.any(String) },
        { type: 'unsupported', feature: 'headers', details: expect.stringContaining('x-mine') },
      ])
    })

    test('draws in an aspect ratio', async () => {
      const { image } = await generateImage({ model: of(), prompt, aspectRatio: '2:1', providerOptions: { neg: few } })
      const { width, height } = await readImage(image.uint8Array)
      expect([width, height]).toEqual([192, 96])
    })

    test.each([
      [{ neg: { nagatives: ['x'] } }, 'recipe-invalid'],
      [{ neg: { seed: 1 } }, 'option-invalid'],
      [{ neg: { strength: 0.5 } }, 'option-invalid'],
      [{ neg: { guidance: 'nope' } }, 'guidance-unknown'],
    ])('%j is refused as %s', async (providerOptions, code) => {
      await expect(generateImage({ model: of(), prompt, providerOptions })).rejects.toMatchObject({ code })
    })

    test('tells how far it is, and stops when aborted', async () => {
      const abort = new AbortController()
      const steps: number[] = []
      const own = of({
        onEvent: (event) => {
          if (event.type !== 'step-end') return
          steps.push(event.step)
          abort.abort()
        },
      })
      const call = generateImage({
        model: own,
        prompt,
        abortSignal: abort.signal,
        providerOptions: { neg: { ...few, steps: 200 } },
      })
      await expect(call).rejects.toMatchObject({ name: 'AbortError' })
      expect(steps.length).toBeGreaterThan(0)
      expect(steps.length).toBeLessThan(50)
    })
  })
})

test('what belongs elsewhere is refused when the model is made', () => {
  expect(() => neg(model, { model: 'x' })).toThrow(/one model/)
  expect(() => neg(negServer({ url: server.url }), { plugins: [] })).toThrow(/its own plugins/)
})

test('a mask or a picture that is none is refused with its place', async () => {
  const mask = new Uint8Array([1, 2, 3])
  const call = ai7.generateImage({ model: neg(model), prompt: { text: 'x', images: [mask] } })
  await expect(call).rejects.toMatchObject({ code: 'image-malformed' })
})
