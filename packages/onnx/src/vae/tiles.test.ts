import { readFileSync } from 'node:fs'
import { type Tensor, tensor } from '@neg/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { cpu } from '../../test/local-model'
import { localSessions } from '../session/local-sessions'
import { toFloats, toValue } from '../session/value'
import { inTiles } from './tiles'

interface Sample {
  readonly shape: number[]
  readonly values: number[]
}

const recorded: { cells: number; size: number; latents: number[]; decoded: Sample; encoded: Sample } = JSON.parse(
  readFileSync('fixtures/layouts/tiles.json', 'utf8'),
)

const sines = (shape: readonly number[]): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i)),
    shape,
  )

describe('tiles of a VAE', () => {
  const { cells, size, latents } = recorded
  const [, height, width] = latents
  const ratio = size / cells
  it.each([
    ['vae_decoder', recorded.decoded, sines(latents), cells, size],
    ['vae_encoder', recorded.encoded, sines([3, height * ratio, width * ratio]), size, cells],
  ] as const)('of the %s are seen and blended as diffusers does', async (part, reference, input, from, to) => {
    const sessions = await localSessions({ files: diskFiles('fixtures/layouts/tiny-sd15'), runtime: cpu })
    const session = await sessions.open(part)
    const [{ name, type }] = session.inputs
    const seen: number[][] = []
    const { data, shape } = await inTiles(input, from, to, async (tile) => {
      seen.push(tile.shape.slice(1))
      const answer = await session.run({ [name]: toValue(tile.data, type, [1, ...tile.shape]) })
      const { shape, ...value } = Object.values(answer)[0]
      return tensor(toFloats({ ...value, shape } as never), shape.slice(1))
    })
    await session.release()
    expect(Math.max(...seen.flat())).toBe(from)
    expect(shape).toEqual(reference.shape)
    expect(reference.values.length).toBe(Math.ceil(data.length / 29))
    reference.values.forEach((value, i) => {
      expect(Math.abs(data[i * 29] - value)).toBeLessThan(1e-5)
    })
  })

  it('of a network that looks at single cells make what it makes of the whole', async () => {
    const edge = fc.integer({ min: 1, max: 60 })
    await fc.assert(
      fc.asyncProperty(edge, edge, fc.constantFrom(4, 8, 12), async (height, width, from) => {
        const enlarged = async ({ data, shape: [c, h, w] }: Tensor): Promise<Tensor> => {
          const out = new Float32Array(c * h * w * 4)
          out.forEach((_, i) => {
            const [x, y, channel] = [i % (2 * w), Math.floor(i / (2 * w)) % (2 * h), Math.floor(i / (4 * h * w))]
            out[i] = data[(channel * h + (y >> 1)) * w + (x >> 1)]
          })
          return tensor(out, [c, 2 * h, 2 * w])
        }
        const input = sines([2, height, width])
        const [tiled, whole] = [await inTiles(input, from, 2 * from, enlarged), await enlarged(input)]
        expect(tiled.shape).toEqual(whole.shape)
        expect(tiled.data.reduce((most, x, i) => Math.max(most, Math.abs(x - whole.data[i])), 0)).toBeLessThan(1e-6)
      }),
      { seed: 1, numRuns: 40 },
    )
  })
})
