import type { Requirement } from '@neg/core'
import { describe, expect, it } from 'vitest'
import { difference, type UnetGraph, unetFolders, unetGraph } from '../../test/unet-graph'
import { unet } from '../denoiser/unet'
import { toFloats } from '../session/value'
import { attentionEditor } from './attention-editor'
import { findAttention } from './attention-site'
import { GraphBuilder } from './graph-builder'
import { withHeads } from './heads'

const capture = new Set<Requirement>(['attention.capture'])

/** softmax(QKᵀ/√d) of one head, straight from its definition: q [n, d], kᵀ [d, m], scaled already or not. */
function softmax(q: Float32Array, k: Float32Array, n: number, m: number, scale: number): Float64Array {
  const d = q.length / n
  const map = new Float64Array(n * m)
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let j = 0; j < m; j++) {
      let score = 0
      for (let c = 0; c < d; c++) score += q[i * d + c] * k[c * m + j]
      map[i * m + j] = Math.exp(score * scale)
      sum += map[i * m + j]
    }
    for (let j = 0; j < m; j++) map[i * m + j] /= sum
  }
  return map
}

/** Cross-attention maps [layer][row][head] = [pixels · tokens], computed from what the graph computes q and k to be. */
async function referenceMaps(graph: UnetGraph, rows: Parameters<UnetGraph['unet']['feeds']>[0]) {
  const builder = GraphBuilder.for(graph.nodes, unet.inputs)
  const sites = findAttention(graph.nodes, unet.inputs).filter(({ kind }) => kind === 'cross')
  sites.forEach(({ query, key }, i) => {
    builder.output(`q${i}`, builder.cast(withHeads(builder, query.name), 'float32'), 'float32', ['a', 'b', 'c', 'd'])
    builder.output(`k${i}`, builder.cast(withHeads(builder, key), 'float32'), 'float32', ['a', 'b', 'd', 'e'])
  })
  const session = await graph.open(builder.patch('expose'))
  const outputs = await session.run(graph.unet.feeds(rows))
  await session.release()
  return sites.map(({ chain }, i) => {
    const [batch, heads, n, d] = outputs[`q${i}`].shape
    const m = outputs[`k${i}`].shape[3]
    const [q, k] = [outputs[`q${i}`], outputs[`k${i}`]].map(toFloats)
    // Some exports scale q and k beforehand, others scale the product.
    const scale = chain.some(({ op }) => op === 'Mul' || op === 'Div') ? 1 / Math.sqrt(d) : 1
    return Array.from({ length: batch }, (_, row) =>
      Array.from({ length: heads }, (_, head) => {
        const at = row * heads + head
        return softmax(q.subarray(at * n * d, (at + 1) * n * d), k.subarray(at * d * m, (at + 1) * d * m), n, m, scale)
      }),
    )
  })
}

describe('capture', () => {
  it.each(unetFolders)('equals softmax(QKᵀ/√d) of %s, and sums to 1 over tokens', async (folder) => {
    const graph = await unetGraph(folder)
    const rows = [
      graph.row(1, { capture: { tokens: 'all', maps: true } }),
      graph.row(2),
      graph.row(3, { capture: { tokens: [5, [1, 2, 8], 2], maps: true } }),
    ]
    const edited = await attentionEditor(unet, graph.nodes).build(capture)
    const session = await graph.open(edited.patch)
    const outputs = await session.run({ ...graph.unet.feeds(rows), ...edited.feeds(rows) })
    const [first, second, third] = edited.attention(outputs, rows)
    await session.release()
    expect(second).toBeUndefined()
    if (!first || !third) throw new Error('nothing was captured')

    const reference = await referenceMaps(graph, rows)
    expect(first.layers.map(({ name }) => name)).toEqual(third.layers.map(({ name }) => name))
    reference.forEach((layer, l) => {
      const { height, width, norms, maps } = first.layers[l]
      const n = height * width
      for (const [captured, row, tokens] of [
        [first, 0, Array.from({ length: 77 }, (_, i) => [i])],
        [third, 2, [[5], [1, 2, 8], [2]]],
      ] as const) {
        const heads = layer[row]
        const { norms, maps = new Float32Array(), meanSquare } = captured.layers[l]
        const expectedNorms: number[] = []
        const expectedMaps: number[] = []
        for (const group of tokens) {
          const columns = heads.map((map) =>
            Array.from(
              { length: n },
              (_, i) => group.reduce((sum, token) => sum + map[i * 77 + token], 0) / group.length,
            ),
          )
          expectedNorms.push(columns.reduce((sum, column) => sum + Math.hypot(...column), 0) / heads.length)
          for (let i = 0; i < n; i++) {
            expectedMaps.push(columns.reduce((sum, column) => sum + column[i], 0) / heads.length)
          }
        }
        expect(difference(expectedNorms, norms)).toBeLessThan(1e-5)
        expect(difference(expectedMaps, maps)).toBeLessThan(1e-5)
        const squares = heads.flatMap((map) => [...map]).reduce((sum, p) => sum + p * p, 0)
        expect(difference([squares / (heads.length * n * 77)], [meanSquare])).toBeLessThan(1e-5)
      }
      expect(norms).toHaveLength(77)
      for (let i = 0; i < n; i++) {
        let sum = 0
        for (let token = 0; token < 77; token++) sum += maps?.[token * n + i] ?? 0
        expect(sum).toBeCloseTo(1, 5)
      }
      expect([height, width]).toEqual([8, 12].map((size) => size / Math.round(Math.sqrt(96 / n))))
    })
  })

  it('leaves the network’s output alone, on and off, and gives no maps where none are wanted', async () => {
    const graph = await unetGraph('fixtures/layouts/tiny-sd15')
    const edited = await attentionEditor(unet, graph.nodes).build(capture)
    const plain = await graph.open()
    const session = await graph.open(edited.patch)
    for (const spec of [undefined, { tokens: [1, 2], maps: false }, { tokens: [], maps: true }]) {
      const rows = [graph.row(1, spec && { capture: spec })]
      const feeds = graph.unet.feeds(rows)
      const outputs = await session.run({ ...feeds, ...edited.feeds(rows) })
      expect(difference(toFloats((await plain.run(feeds)).out_sample), toFloats(outputs.out_sample))).toBeLessThan(1e-6)
      const [captured] = edited.attention(outputs, rows)
      expect(captured?.layers.map(({ norms }) => norms.length)).toEqual(spec && [0, 0, 0, 0].fill(spec.tokens.length))
      expect(captured?.layers.every(({ maps }) => (maps === undefined) === !spec?.maps) ?? true).toBe(true)
    }
    await plain.release()
    await session.release()
  })

  it('refuses a token that the text does not have', async () => {
    const graph = await unetGraph('fixtures/layouts/tiny-sd15')
    const edited = await attentionEditor(unet, graph.nodes).build(capture)
    expect(() => edited.feeds([graph.row(1, { capture: { tokens: [77], maps: false } })])).toThrow(/77/)
  })
})
