import { type Json, tensor } from '@neg/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { difference, normals, type UnetGraph, unetGraph } from '../../../test/unet-graph'
import type { ResolvedRow } from '../../denoiser/resolved-row'
import { unet } from '../../denoiser/unet'
import { toFloats, type Value } from '../../session/value'
import { type AttentionSite, findAttention } from '../attention-site'
import { GraphBuilder } from '../graph-builder'
import { withHeads } from '../heads'
import type { AttentionGraphEdit } from './attention-graph-edit'
import { nag } from './nag'
import { pag } from './pag'
import { seg } from './seg'

const dims = ['a', 'b', 'c', 'd']

describe.each(['fixtures/layouts/tiny-sdxl', 'fixtures/graphs/attention-3d'])(
  'edits in the first layers of %s',
  (folder) => {
    let graph: UnetGraph
    let sites: AttentionSite[]

    beforeAll(async () => {
      graph = await unetGraph(folder)
      sites = findAttention(graph.nodes, unet.inputs)
    })

    /** Runs rows through a graph with an edit (or none), with values of the network as further outputs, heads apart. */
    async function expose(
      rows: ResolvedRow[],
      values: Record<string, string>,
      edit?: AttentionGraphEdit<never>,
      options?: (Json | undefined)[],
      against?: { data: Float32Array; shape: number[] },
    ): Promise<Record<string, Value>> {
      const builder = GraphBuilder.for(graph.nodes, unet.inputs)
      const own = sites.filter(({ kind }) => edit?.kinds.includes(kind))
      edit?.add(builder, own, graph.nodes)
      for (const [name, value] of Object.entries(values))
        builder.output(name, withHeads(builder, value), 'float32', dims)
      const session = await graph.open(builder.patch('expose'))
      const feeds = edit?.feeds(
        {
          rows: (options ?? []).map((given) =>
            given === undefined ? undefined : { options: given as never, against },
          ),
          grids: unet.attention.grids(8, 12),
          texts: rows.map(({ embedding }) => embedding.text),
        },
        own.map(({ name }) => name),
      )
      const outputs = await session.run({ ...graph.unet.feeds(rows), ...feeds })
      await session.release()
      return outputs
    }

    const rowOf = ({ shape }: Value) => shape[1] * shape[2] * shape[3]
    const slice = (value: Value, row: number) => toFloats(value).subarray(row * rowOf(value), (row + 1) * rowOf(value))

    it('pag gives V for softmax(QKᵀ/√d) V', async () => {
      const [site] = sites.filter(({ kind }) => kind === 'self')
      const rows = [graph.row(1), graph.row(2)]
      const { v, out } = await expose(
        rows,
        { v: site.value, out: site.output.name },
        pag as unknown as AttentionGraphEdit<never>,
        [undefined, { layers: [site.name] }],
      )
      expect(slice(out, 1)).toEqual(slice(v, 1))
      expect(difference(slice(v, 0), slice(out, 0))).toBeGreaterThan(1e-2)
    })

    it.each([0.5, 1.5, 9_999_999])('seg blurs queries by a Gaussian of σ = %s', async (blurSigma) => {
      const [site] = sites.filter(({ kind }) => kind === 'self')
      const rows = [graph.row(1), graph.row(2)]
      const { q: before } = await expose(rows, { q: site.query.name })
      const { q: after } = await expose(rows, { q: site.query.name }, seg as unknown as AttentionGraphEdit<never>, [
        { layers: 'all', blurSigma },
        undefined,
      ])
      expect(difference(slice(before, 1), slice(after, 1))).toBeLessThan(1e-6)
      const [, heads, n, d] = before.shape
      const halvings = Math.log2(Math.sqrt(96 / n))
      const [height, width] = [8 / 2 ** halvings, 12 / 2 ** halvings]
      const weight = (i: number, j: number, size: number) => {
        let sum = 0
        for (let k = 0; k < size; k++) sum += Math.exp(-((i - k) ** 2) / (2 * blurSigma ** 2))
        return Math.exp(-((i - j) ** 2) / (2 * blurSigma ** 2)) / sum
      }
      const q = slice(before, 0)
      const expected = new Float32Array(q.length)
      for (let h = 0; h < heads; h++) {
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            const w = weight(Math.floor(i / width), Math.floor(j / width), height) * weight(i % width, j % width, width)
            for (let c = 0; c < d; c++) expected[(h * n + i) * d + c] += w * q[(h * n + j) * d + c]
          }
        }
      }
      expect(difference(expected, slice(after, 0))).toBeLessThan(1e-5)
    })

    it('nag normalises Z₊ + (s − 1)(Z₊ − Z₋) to at most τ ‖Z₊‖₁ and mixes it by α', async () => {
      const [site] = sites.filter(({ kind }) => kind === 'cross')
      const { textWidth } = graph
      // A second text of another length, much louder, so that τ binds at some pixels.
      const second = tensor(
        normals(9, 40 * textWidth).map((x) => 3 * x),
        [40, textWidth],
      )
      const row = graph.row(1)
      const inputs = { ...row.embedding.inputs, encoder_hidden_states: second }
      const other = { ...row, embedding: { inputs, text: second } }
      const [scale, tau, alpha] = [4, 1.8, 0.4]
      const values = { out: site.output.name }
      const { out: plain } = await expose([row], values)
      const { out: negative } = await expose([other], values)
      const edit = nag as unknown as AttentionGraphEdit<never>
      const { out } = await expose([row], values, edit, [{ scale, tau, alpha }], {
        data: second.data,
        shape: [...second.shape],
      })
      const [, heads, n, d] = plain.shape
      const [zp, zn, found] = [plain, negative, out].map((value) => slice(value, 0))
      const expected = new Float32Array(zp.length)
      let bound = 0
      for (let i = 0; i < n; i++) {
        const at = Array.from({ length: heads * d }, (_, k) => (Math.floor(k / d) * n + i) * d + (k % d))
        const pushed = at.map((k) => scale * zp[k] - (scale - 1) * zn[k])
        const size = (values: number[]) => values.reduce((sum, z) => sum + Math.abs(z), 0)
        const ratio = size(pushed) / size(at.map((k) => zp[k]))
        if (ratio > tau) bound++
        at.forEach((k, c) => {
          expected[k] = (alpha * pushed[c] * Math.min(ratio, tau)) / ratio + (1 - alpha) * zp[k]
        })
      }
      expect(bound).toBeGreaterThan(0)
      expect(difference(expected, found)).toBeLessThan(1e-4)
    })
  },
)
