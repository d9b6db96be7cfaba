import { generate, type Requirement } from '@neg/core'
import { describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { cpu, localModel } from '../../test/local-model'
import { difference } from '../../test/unet-graph'
import { localSessions } from '../session/local-sessions'
import { createOnnxModel } from './create-onnx-model'

const folder = 'fixtures/layouts/tiny-sd15'
const recipe = { prompt: 'a man', negatives: ['glasses'], steps: 3, seed: 1, width: 64, height: 64 }
const draw = async (model: Awaited<ReturnType<typeof localModel>>) => {
  const { latents, image, record } = await generate(model, recipe).result
  await model.dispose()
  return { latents: latents.data, image: image.data, graph: record.numerics.graph }
}

describe('attention of a model', () => {
  it('is fused where the kernel proves right, left as exported where that is asked for, and draws the same', async () => {
    const fused = await localModel(folder)
    expect(fused.info.attention).toEqual({
      by: 'fused',
      layers: {
        unet: { closed: 8, exported: 0 },
        vae_decoder: { closed: 1, exported: 0 },
        vae_encoder: { closed: 1, exported: 0 },
      },
    })
    const exported = await localModel(folder, { attention: 'exported' })
    expect(exported.info.attention).toMatchObject({ by: 'exported', layers: { unet: { closed: 0, exported: 8 } } })
    const [a, b] = [await draw(fused), await draw(exported)]
    expect([a.graph, b.graph]).toEqual(['fused', 'plain'])
    expect(difference(b.latents, a.latents)).toBeLessThan(1e-5)
    expect(difference(b.image, a.image)).toBeLessThanOrEqual(1 / 255)
  })

  it('is sliced where the kernel is wrong, and says why', async () => {
    const files = diskFiles(folder)
    const sessions = await localSessions({ files, runtime: cpu })
    const wrong = {
      ...sessions,
      async openGraph(name: string, bytes: Uint8Array) {
        const session = await cpu.open({ name, bytes })
        return {
          ...session,
          async run(feeds: Parameters<typeof session.run>[0]) {
            const { attended } = await session.run(feeds)
            return { attended: { ...attended, data: (attended.data as Float32Array).map((x) => 1.1 * x) } as never }
          },
        }
      },
    }
    const model = await createOnnxModel({ files, sessions: wrong })
    expect(model.info.attention).toMatchObject({
      by: 'sliced',
      layers: { unet: { closed: 8, exported: 0 } },
      why: expect.stringContaining('cpu: its kernel is off by 10 %'),
    })
    const sliced = await draw(model)
    expect(sliced.graph).toBe('sliced')
    expect(difference((await draw(await localModel(folder))).latents, sliced.latents)).toBeLessThan(1e-5)
  })

  it('is opened again where an edit asks for layers that were closed', async () => {
    const model = await localModel(folder)
    const { graph } = await model.prepare(new Set<Requirement>(['attention.edit:pag']), {})
    expect(graph).toBe('pag+fused')
    const pag = (layers: 'mid' | 'up') =>
      generate(model, { ...recipe, negatives: [], guidance: { name: 'pag', options: { layers } } }, { decode: false })
        .result
    const [mid, up] = [await pag('mid'), await pag('up')]
    const all = await localModel(folder, { attention: 'exported' })
    const expected = await generate(
      all,
      { ...recipe, negatives: [], guidance: { name: 'pag', options: { layers: 'up' } } },
      { decode: false },
    ).result
    expect(difference(expected.latents.data, up.latents.data)).toBeLessThan(1e-4)
    expect(difference(mid.latents.data, up.latents.data)).toBeGreaterThan(1e-3)
    await Promise.all([model.dispose(), all.dispose()])
  })
})
