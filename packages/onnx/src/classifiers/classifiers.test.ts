import { tensor } from '@neg/core'
import { torchGenerator } from '@neg/core/schedulers'
import { zeros } from '@neg/core/tensor'
import { afterAll, describe, expect, it } from 'vitest'
import { localModel } from '../../test/local-model'

const model = await localModel('packages/portraits/model')
afterAll(() => model.dispose())

const level = { t: 300, alpha: 0.9, sigma: Math.sqrt(1 - 0.81) }
const x = tensor(torchGenerator(3n).randn(2048), [8, 16, 16])
const gradient = (target: never, at = x) =>
  model.gradient?.('latent-classifier', { x: at, level, target }, {}) ?? Promise.reject(new Error('no gradient'))

describe('the latent classifier', () => {
  it('is named with its attributes', () => {
    expect(model.provides.has('gradient:latent-classifier')).toBe(true)
    expect(model.info.gradients['latent-classifier']).toContain('glasses')
  })

  it('gives the gradient of a sum of log probabilities', async () => {
    const parts = [{ glasses: 1 }, { beard: -1 }, { glasses: 1, beard: -1 }]
    const [glasses, beard, both] = await Promise.all(parts.map((target) => gradient(target as never)))
    expect(glasses.shape).toEqual([8, 16, 16])
    both.data.forEach((value, i) => {
      expect(value).toBeCloseTo(glasses.data[i] + beard.data[i], 5)
    })
    expect((await gradient({} as never)).data.every((value) => value === 0)).toBe(true)
  })

  it('refuses targets and sizes that it does not know', async () => {
    for (const target of [null, [], 'glasses', { moustache: 1 }, { glasses: 2 }]) {
      await expect(gradient(target as never)).rejects.toMatchObject({ code: 'guidance-option-invalid' })
    }
    await expect(gradient({ glasses: 1 } as never, zeros([8, 16, 20]))).rejects.toMatchObject({ code: 'size-invalid' })
    await expect(model.gradient?.('other', { x, level, target: {} }, {})).rejects.toMatchObject({
      code: 'guidance-unsupported',
    })
  })
})

describe('the image classifier', () => {
  it('gives the features that sets of pictures are compared by, with what it sees', async () => {
    const random = torchGenerator(1n)
    const picture = () => ({
      width: 128,
      height: 128,
      data: Uint8ClampedArray.from(random.randn(128 * 128 * 4), (value) => 128 + 60 * value),
    })
    const [one, other] = [picture(), picture()]
    const judged = await model.judge?.(one)
    expect(judged?.attributes).toEqual(await model.classify?.(one))
    expect(judged?.features).toHaveLength(512)
    expect(judged?.features).toEqual((await model.judge?.(one))?.features)
    expect(judged?.features).not.toEqual((await model.judge?.(other))?.features)
  })

  it('gives a probability for each attribute, and refuses other sizes', async () => {
    const judged = await model.classify?.({
      width: 128,
      height: 128,
      data: new Uint8ClampedArray(128 * 128 * 4).fill(200),
    })
    expect(Object.keys(judged ?? {})).toEqual(model.info.gradients['latent-classifier'])
    for (const probability of Object.values(judged ?? {})) {
      expect(probability).toBeGreaterThanOrEqual(0)
      expect(probability).toBeLessThanOrEqual(1)
    }
    await expect(
      model.classify?.({ width: 64, height: 128, data: new Uint8ClampedArray(64 * 128 * 4) }),
    ).rejects.toMatchObject({ code: 'image-mismatch', message: expect.stringContaining('64 × 128') })
  })
})
