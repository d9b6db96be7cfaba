import { type GenerateInput, generate } from '@neg/core'
import { builtInGuidances } from '@neg/core/guidance'
import { builtInProperties, guidanceLaws } from '@neg/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localModel } from '../../test/local-model'
import { difference } from '../../test/unet-graph'
import type { OnnxModel } from '../model/onnx-model'

describe.each([
  ['packages/portraits/model', { prompt: 'a professional office woman', steps: 4, scale: 5 }, 'glasses'],
  ['fixtures/layouts/tiny-lcm', { prompt: 'a man with glasses', steps: 4, scale: 8 }, 'a hat'],
])('guidance inside the attention of %s', (folder, recipe, negative) => {
  let model: OnnxModel

  const drawn = async (more: Partial<GenerateInput>) => {
    const run = generate(model, { ...recipe, seed: 1, ...more }, { decode: false })
    return run.result
  }
  const latents = async (more: Partial<GenerateInput>) => (await drawn(more)).latents.data
  const guidance = (name: string, options: object) => ({ name, options }) as GenerateInput['guidance']

  beforeAll(async () => {
    model = await localModel(folder)
  }, 60_000)
  afterAll(() => model.dispose())

  it('takes a negative in no further pass', async () => {
    const plain = await drawn({ guidance: 'nag' })
    const pushed = await drawn({ guidance: 'nag', negatives: [negative] })
    expect(pushed.record.evaluations.run).toBe(plain.record.evaluations.run)
    expect(pushed.record.numerics.graph).toBe('nag+fused')
    expect(pushed.record.warnings).toEqual([])
    expect(difference(plain.latents.data, pushed.latents.data)).toBeGreaterThan(1e-2)
  }, 180_000)

  it('with neutral parameters is what it is without', async () => {
    const plain = await latents({})
    for (const more of [
      { guidance: guidance('nag', { scale: 1 }), negatives: [negative] },
      { guidance: guidance('nag', { alpha: 0 }), negatives: [negative] },
      { guidance: guidance('pag', { layers: [] }) },
      { guidance: guidance('pag', { scale: 0 }) },
      { guidance: guidance('seg', { blurSigma: 0 }) },
    ]) {
      // Layers that are open for an edit and those of the runtime's kernel differ in their last bits.
      expect(difference(plain, await latents(more))).toBeLessThan(1e-5)
    }
  }, 180_000)

  it('changes pictures by pag and seg, each in its own way', async () => {
    const [plain, pag, seg] = [
      await latents({}),
      await latents({ guidance: 'pag' }),
      await latents({ guidance: 'seg' }),
    ]
    expect(difference(plain, pag)).toBeGreaterThan(1e-2)
    expect(difference(plain, seg)).toBeGreaterThan(1e-2)
    expect(difference(pag, seg)).toBeGreaterThan(1e-2)
  }, 180_000)
})

describe('laws of guidance on tiny-sd15', async () => {
  // Laws hold to the bit within one graph; with attention closed, an edit's graph differs from the plain one in last bits.
  const model = await localModel('fixtures/layouts/tiny-sd15', { attention: 'exported' })
  afterAll(() => model.dispose())
  const ground = { model, prompts: { prompt: 'a man', negative: 'glasses', other: 'a hat' }, steps: 3 }
  describe.each(builtInGuidances.filter(({ name }) => ['nag', 'pag', 'seg'].includes(name)))('$name', (plugin) => {
    const laws = guidanceLaws(plugin as never, builtInProperties[plugin.name], ground)
    it.each(laws.map(({ name, run }) => [name, run] as const))('%s', (_, run) => run())
  })
})
