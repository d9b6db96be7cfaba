import { type Tensor, tensor } from '@neg/core'
import type { Conditioning, DenoiseRow } from '@neg/core/adapter'
import { torchGenerator } from '@neg/core/schedulers'
import { afterAll, describe, expect, it } from 'vitest'
import { localModel } from '../../test/local-model'

const portraits = await localModel('packages/portraits/model')
const tiny = await localModel('fixtures/layouts/tiny-sd15')
afterAll(() => Promise.all([portraits.dispose(), tiny.dispose()]))

const noise = (model: typeof portraits, h: number, w: number, seed = 1n): Tensor => {
  const { channels } = model.info.latent
  return tensor(torchGenerator(seed).randn(channels * h * w), [channels, h, w])
}
const encoded = (model: typeof portraits, ...texts: string[]) =>
  model.encode(
    texts.map((text) => ({ text })),
    { width: 64, height: 64 },
  )
const row = (picture: string, input: Tensor, t: number, conditioning: Conditioning): DenoiseRow => ({
  picture,
  input,
  t,
  conditioning,
})

describe('denoise', () => {
  it.each([
    ['one timestep a row', portraits],
    ['one timestep a call', tiny],
  ])('gives a row the same answer to the bit whatever other pictures do (%s)', async (_, model) => {
    const [a, b] = await encoded(model, 'a man', 'glasses')
    const mine = [row('mine', noise(model, 16, 16), 500, a), row('mine', noise(model, 16, 16), 500, b)]
    const others = [row('p', noise(model, 16, 16, 2n), 500, a), row('q', noise(model, 8, 16, 3n), 20, b)]
    const alone = await model.denoise({ rows: mine }, {})
    const together = await model.denoise({ rows: [others[0], mine[0], others[1], mine[1]] }, {})
    expect(alone).toMatchObject({ calls: 1, rowsPerCall: 2 })
    expect(together.calls).toBe(3)
    expect(together.rows[1].output).toEqual(alone.rows[0].output)
    expect(together.rows[3].output).toEqual(alone.rows[1].output)
    expect(together.rows[2].output.shape).toEqual(others[1].input.shape)
  })

  it('puts timesteps of one picture into one call only where the network takes one a row', async () => {
    for (const [model, calls] of [
      [portraits, 1],
      [tiny, 2],
    ] as const) {
      const [a] = await encoded(model, 'a man')
      const rows = [500, 20].map((t) => row('p', noise(model, 16, 16), t, a))
      const both = await model.denoise({ rows }, {})
      expect(both.calls).toBe(calls)
      for (const [i, single] of rows.entries()) {
        const [{ output }] = (await model.denoise({ rows: [single] }, {})).rows
        output.data.forEach((x, k) => {
          expect(both.rows[i].output.data[k]).toBeCloseTo(x, 4)
        })
      }
    }
  })

  it('mixes pictures where it is told to', async () => {
    const model = await localModel('fixtures/layouts/tiny-sd15', { mixPictures: true })
    const [a] = await encoded(model, 'a man')
    const rows = ['p', 'q', 'r'].map((picture, i) => row(picture, noise(model, 8, 8, BigInt(i)), 20, a))
    expect(await model.denoise({ rows }, {})).toMatchObject({ calls: 1, rowsPerCall: 3 })
    await model.dispose()
  })

  it('takes exactly the sizes that info.sizeMultiple says', async () => {
    for (const model of [portraits, tiny]) {
      const { sizeMultiple, latent } = model.info
      const cells = sizeMultiple / latent.pixelsPer
      const [a] = await encoded(model, 'a man')
      const run = (h: number, w: number) => model.denoise({ rows: [row('p', noise(model, h, w), 20, a)] }, {})
      for (const [h, w] of [
        [1, 1],
        [2, 3],
        [5, 2],
      ]) {
        const { rows } = await run(h * cells, w * cells)
        expect(rows[0].output.shape).toEqual([latent.channels, h * cells, w * cells])
        const picture = await model.decode(rows[0].output, {})
        expect([picture.height, picture.width]).toEqual([h * sizeMultiple, w * sizeMultiple])
      }
      await expect(run(2 * cells, 3 * cells - cells / 2)).rejects.toMatchObject({ code: 'runtime-failed' })
    }
  })

  it('leaves the caller’s latents alone', async () => {
    const [a] = await encoded(tiny, 'a man')
    const input = noise(tiny, 8, 8)
    const before = input.data.slice()
    const { rows } = await tiny.denoise({ rows: [row('p', input, 20, a)] }, {})
    expect(input.data).toEqual(before)
    expect(rows[0].output.data).not.toBe(input.data)
  })

  it('stops between session calls with the signal’s reason, and goes on afterwards', async () => {
    const [a] = await encoded(tiny, 'a man')
    const controller = new AbortController()
    const rows = Array.from({ length: 50 }, (_, i) => row(`p${i}`, noise(tiny, 32, 32), 20, a))
    const answer = tiny.denoise({ rows }, { signal: controller.signal })
    setImmediate(() => setImmediate(() => controller.abort(new Error('stop'))))
    await expect(answer).rejects.toThrow('stop')
    await expect(tiny.denoise({ rows: rows.slice(0, 1) }, {})).resolves.toMatchObject({ calls: 1 })
  })

  it('refuses conditionings that were released, and latents of another model', async () => {
    const [a] = await encoded(tiny, 'somebody')
    await expect(tiny.denoise({ rows: [row('p', noise(portraits, 8, 8), 20, a)] }, {})).rejects.toMatchObject({
      code: 'internal',
    })
    a.release()
    await expect(tiny.denoise({ rows: [row('p', noise(tiny, 8, 8), 20, a)] }, {})).rejects.toMatchObject({
      code: 'internal',
    })
  })
})

describe('dispose', () => {
  it('rejects who waits and who comes later, and is idempotent', async () => {
    const model = await localModel('fixtures/layouts/tiny-sd15')
    const [a] = await encoded(model, 'a man')
    const answers = [0, 1, 2].map((i) => model.denoise({ rows: [row(`p${i}`, noise(model, 8, 8), 20, a)] }, {}))
    const settled = Promise.allSettled(answers)
    await new Promise((resolve) => setImmediate(resolve))
    await Promise.all([model.dispose(), model.dispose()])
    const last = (await settled)[2]
    expect(last).toMatchObject({ status: 'rejected', reason: { code: 'disposed' } })
    await expect(encoded(model, 'a man')).rejects.toMatchObject({ code: 'disposed' })
  })
})
