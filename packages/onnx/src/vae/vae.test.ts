import { readFileSync } from 'node:fs'
import { tensor } from '@neg/core'
import { cosine, norm, zeros } from '@neg/core/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localModel } from '../../test/local-model'
import type { LazySession } from '../session/lazy-session'
import { vaeEncoder } from './encode'
import { fromPixels, toPixels } from './pixels'
import { fromVae, logVarianceFromVae, toVae } from './scaling'

describe('pixels', () => {
  it('give every 8-bit value back', () => {
    const data = Uint8ClampedArray.from({ length: 1024 }, (_, i) => (i % 4 === 3 ? 255 : i >> 2))
    const pixels = { width: 16, height: 16, data }
    expect(toPixels(fromPixels(pixels))).toEqual(pixels)
  })

  it('round as numpy does, halves to even, and clamp', () => {
    // x / 2 + 0.5 = v / 255 exactly on halves is what float32 rounds; far values clamp.
    const { data } = toPixels(tensor(Float32Array.of(-5, 0, 5), [3, 1, 1]))
    expect([...data]).toEqual([0, 128, 255, 255])
  })

  it('refuse what is no number', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => toPixels(tensor(Float32Array.of(0, bad, 0), [3, 1, 1]))).toThrow(
        expect.objectContaining({ code: 'decode-not-finite' }),
      )
    }
  })
})

describe('scaling', () => {
  const values = fc.float32Array({ minLength: 8, maxLength: 8, noNaN: true, min: -10, max: 10 })
  it('goes there and back, with one factor or one a channel', () => {
    const configs = [
      { factor: 0.18215, shift: 0, pixelsPer: 8, sampleSize: 512, headSizes: [] },
      { factor: [0.5, 2], shift: [1, -3], pixelsPer: 8, sampleSize: 512, headSizes: [] },
    ]
    fc.assert(
      fc.property(values, fc.constantFrom(...configs), (data, config) => {
        const latents = tensor(data, [2, 2, 2])
        fromVae(toVae(latents, config), config).data.forEach((x, i) => {
          expect(x).toBeCloseTo(data[i], 4)
        })
      }),
      { seed: 1 },
    )
  })

  it('adds 2 ln(factor) to log variances', () => {
    const config = { factor: 0.5, shift: 9, pixelsPer: 8, sampleSize: 512, headSizes: [] }
    expect(logVarianceFromVae(tensor(Float32Array.of(1), [1, 1, 1]), config).data[0]).toBeCloseTo(1 - 2 * Math.LN2, 6)
  })
})

describe('vaeEncoder', () => {
  const session = (channels: number): LazySession => ({
    open: async () => undefined,
    release: async () => undefined,
    run: async () => ({
      latent_sample: {
        type: 'float32',
        data: Float32Array.from({ length: channels }, (_, i) => [2, 100, -100, 5][i]),
        shape: [1, channels, 1, 1],
      },
    }),
  })
  const signature = {
    inputs: [{ name: 'sample', type: 'float32', shape: [] }],
    outputs: [{ name: 'latent_sample', type: 'float32', shape: [] }],
  } as const
  const config = { factor: 1, shift: 0, pixelsPer: 8, sampleSize: 512, headSizes: [] }
  const image = { width: 1, height: 1, data: new Uint8ClampedArray(4) }

  it('reads mean and log variance, clamped as diffusers does', async () => {
    const { mean, logVariance } = await vaeEncoder(signature, config, 2, session(4))(image, {})
    expect([...mean.data]).toEqual([2, 100])
    expect([...logVariance.data]).toEqual([-30, 5])
  })

  it('takes latents alone as certain', async () => {
    const { mean, logVariance } = await vaeEncoder(signature, config, 1, session(1))(image, {})
    expect([...mean.data]).toEqual([2])
    expect(Math.exp(logVariance.data[0] / 2)).toBeLessThan(1e-6)
  })

  it('refuses an encoder of another model', async () => {
    await expect(vaeEncoder(signature, config, 4, session(3))(image, {})).rejects.toMatchObject({
      code: 'model-mismatch',
    })
  })
})

describe('the embedded VAE', () => {
  it('gives latents and picture nearly back', async () => {
    const model = await localModel('packages/portraits/model')
    const { cases } = JSON.parse(readFileSync('fixtures/portraits/references.json', 'utf8'))
    const latents = tensor(Float32Array.from(cases[0].latents as number[]), [8, 16, 16])
    const image = await model.decode(latents, {})
    const posterior = await model.encodeImage?.(image, {})
    const mean = posterior?.mean ?? zeros([1])
    expect(posterior?.logVariance.shape).toEqual([8, 16, 16])
    expect(cosine(mean, latents)).toBeGreaterThan(0.95)
    expect(norm(mean) / norm(latents)).toBeCloseTo(1, 1)
    const back = await model.decode(mean, {})
    const error = image.data.reduce((sum, value, i) => sum + Math.abs(value - back.data[i]), 0) / image.data.length
    expect(error).toBeLessThan(4)
    await model.dispose()
  })
})
