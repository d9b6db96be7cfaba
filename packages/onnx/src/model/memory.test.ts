import { generate } from '@neg/core'
import { describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { cpu, localModel } from '../../test/local-model'
import { localSessions } from '../session/local-sessions'
import type { SessionFactory } from '../session/session'
import { memoryPlan } from './memory-plan'

const folder = 'fixtures/layouts/tiny-sd15'
const recipe = { prompt: 'a man', negatives: ['glasses'], seed: 1, steps: 2, guidance: 'negative-prompt' }

/** A folder's sessions, and which are open. */
async function watched() {
  const sessions = await localSessions({ files: diskFiles(folder), runtime: cpu })
  const open: string[] = []
  const seen: string[] = []
  const factory: SessionFactory = {
    ...sessions,
    async open(part, patch) {
      const session = await sessions.open(part, patch)
      open.push(part)
      seen.push(open.join('+'))
      return {
        ...session,
        async release() {
          if (open.includes(part)) open.splice(open.indexOf(part), 1)
          await session.release()
        },
      }
    },
  }
  return { factory, open, seen }
}

describe('a model of which one stage is in memory at a time', () => {
  it('draws what one that keeps all draws, rows one by one', async () => {
    const { factory, open, seen } = await watched()
    const low = await localModel(folder, { sessions: factory, memory: 'low' })
    const keep = await localModel(folder, { memory: 'keep' })
    expect(low.info).toMatchObject({ memory: { networks: 'low' }, tiles: { above: 512, size: 512 } })
    expect(keep.info.memory).toEqual({ networks: 'keep' })
    expect(keep.info.tiles).toBeUndefined()
    const [a, b] = [await generate(low, recipe).result, await generate(keep, recipe).result]
    expect(seen).toEqual(['text_encoder', 'unet', 'vae_decoder'])
    expect([a.record.numerics.rowsPerCall, b.record.numerics.rowsPerCall]).toEqual([1, 2])
    const largest = Math.max(...b.latents.data.map(Math.abs))
    a.latents.data.forEach((x, i) => {
      expect(Math.abs(x - b.latents.data[i])).toBeLessThan(1e-5 * largest)
    })
    await Promise.all([low.dispose(), keep.dispose()])
    expect(open).toEqual([])
  })

  it('is not thrown about by runs that are at different stages', async () => {
    const { factory, seen } = await watched()
    const model = await localModel(folder, { sessions: factory, memory: 'low' })
    await Promise.all([1, 2].map((seed) => generate(model, { ...recipe, seed }).result))
    expect(seen.every((open) => !open.includes('+'))).toBe(true)
    // Texts of a run are read together: the UNet is opened at most once a turn of another run.
    expect(seen.filter((open) => open === 'text_encoder').length).toBeLessThanOrEqual(2)
    await model.dispose()
  })
})

it('pictures above a size are decoded and encoded in tiles, which the record says', async () => {
  const whole = await localModel(folder, { memory: 'keep' })
  const tiled = await localModel(folder, { memory: 'low' })
  const size = { width: 640, height: 512, steps: 1 }
  const [a, b] = await Promise.all([whole, tiled].map((model) => generate(model, { ...recipe, ...size }).result))
  expect(a.record.numerics.tiles).toBeUndefined()
  expect(b.record.numerics.tiles).toBe(512)
  expect([b.image.width, b.image.height]).toEqual([640, 512])
  expect(b.image.data).not.toEqual(a.image.data)
  const off = a.image.data.reduce((sum, x, i) => sum + Math.abs(x - b.image.data[i]), 0) / a.image.data.length
  expect(off).toBeLessThan(12)
  const [x, y] = await Promise.all([whole, tiled].map((model) => model.encodeImage?.(a.image, {})))
  expect(y?.mean.shape).toEqual(x?.mean.shape)
  expect(y?.mean.data).not.toEqual(x?.mean.data)
  await Promise.all([whole.dispose(), tiled.dispose()])
})

describe('whether memory is short', () => {
  const sessions = (device: string, bytes?: number) =>
    ({
      numerics: { device },
      ...(bytes === undefined ? {} : { bytes: async () => bytes / 2 }),
    }) as unknown as SessionFactory
  const parts = ['text_encoder', 'unet']
  const vae = { sampleSize: 512, pixelsPer: 8 }
  const plan = (option: 'auto' | 'keep' | 'low', factory: SessionFactory, free?: number) =>
    memoryPlan(option, factory, { parts, vae, fixed: false, free })

  it('is told by the networks’ bytes and what is free', async () => {
    const gib = 2 ** 30
    const short = await plan('auto', sessions('cpu', 4 * gib), 20 * gib)
    expect(short).toMatchObject({ keeping: 'low', rows: 1, info: { tiles: { above: 1024, size: 512 } } })
    expect(short.info.memory).toEqual({ networks: 'low', why: 'the networks have 4.0 GiB, and 20.0 GiB are free' })
    expect(await plan('auto', sessions('cpu', 2 * gib), 20 * gib)).toMatchObject({ keeping: 'spare' })
    expect(await plan('auto', sessions('cuda', 4 * gib))).toMatchObject({ keeping: 'spare' })
    expect(await plan('auto', sessions('cpu'), 1)).toMatchObject({ keeping: 'spare' })
    expect(await plan('keep', sessions('cpu', 4 * gib), 1)).toMatchObject({ keeping: 'keep' })
    expect(await plan('low', sessions('cuda', 4 * gib))).toMatchObject({
      keeping: 'low',
      rows: Number.POSITIVE_INFINITY,
    })
  })

  it('and an export of one size is never cut into tiles', async () => {
    const { tiling, info } = await memoryPlan('low', sessions('cpu'), { parts, vae, fixed: true })
    expect([tiling, info.tiles]).toEqual([undefined, undefined])
  })
})
