import { describe, expect, it } from 'vitest'
import { difference, unetGraph } from '../../test/unet-graph'
import { unet } from '../denoiser/unet'
import { toFloats } from '../session/value'
import { attentionEditor } from './attention-editor'

/** The share of a value that float16 rounds, over a few layers. */
const rounding = 4e-3

describe('a graph that computes in float16, of an opset without CastLike', () => {
  it('is watched and edited as any other', async () => {
    const half = await unetGraph('fixtures/graphs/attention-half')
    expect(half.nodes).toMatchObject({ opset: 14, half: true })
    const conditioning = { id: 'x', prompt: { text: '' }, words: [], length: 77, warnings: [], release: () => {} }
    const capture = { tokens: 'all', maps: true } as const
    const nag = (scale: number) => ({
      edit: { name: 'nag', options: { scale, tau: 2, alpha: 0.5 }, against: conditioning },
    })
    const source = half.row(1)
    const rows = [
      source,
      half.row(1, { capture, ...nag(9) }, 2),
      half.row(1, { edit: { name: 'pag', options: { layers: 'all' } } }),
      half.row(1, { edit: { name: 'seg', options: { layers: 'all', blurSigma: 2 } } }),
      {
        ...half.row(2, { edit: { name: 'replace', options: { self: true }, against: conditioning } }),
        companion: source,
      },
    ]
    const run = async (graph: typeof half) => {
      const editor = attentionEditor(unet, graph.nodes)
      const edited = await editor.build(editor.provides)
      const session = await graph.open(edited.patch)
      const outputs = await session.run({ ...graph.unet.feeds(rows), ...edited.feeds(rows) })
      await session.release()
      return { edited, outputs, out: toFloats(outputs.out_sample) }
    }
    // The same network in float32.
    const { out: expected } = await run(await unetGraph('fixtures/graphs/attention-3d'))
    const { edited, outputs, out } = await run(half)
    expect(difference(expected, out)).toBeLessThan(rounding)
    const [, captured] = edited.attention(outputs, rows)
    for (const { height, width, maps = new Float32Array() } of captured?.layers ?? []) {
      const n = height * width
      for (let i = 0; i < n; i++) {
        let sum = 0
        for (let token = 0; token < 77; token++) sum += maps[token * n + i]
        expect(Math.abs(sum - 1)).toBeLessThan(rounding)
      }
    }
  })
})
