import type { Requirement } from '@neg/core'
import { afterAll, describe, expect, it } from 'vitest'
import { difference, type UnetGraph, unetFolders, unetGraph } from '../../test/unet-graph'
import { unet } from '../denoiser/unet'
import { toFloats } from '../session/value'
import { attentionEditor } from './attention-editor'
import { closableAttention } from './closable-attention'
import { closeAttention } from './close-attention'
import { GraphBuilder } from './graph-builder'

const sitesOf = (graph: UnetGraph) => unet.attention.find(graph.nodes)
const edits = { pag: { layers: 'mid' }, seg: { layers: 'mid', blurSigma: 1 } } as const

describe.each(unetFolders)('attention of %s', async (folder) => {
  const graph = await unetGraph(folder)
  const sites = sitesOf(graph)
  const layers = closableAttention(graph.nodes, sites)
  const rows = [graph.row(1), graph.row(2)]
  const exported = await graph.open()
  const expected = graph.unet.predictions(await exported.run(graph.unet.feeds(rows)), rows)
  afterAll(() => exported.release())

  it('can be closed in every layer', () => {
    expect(layers.forms.size).toBe(sites.length)
    expect(layers.left.size).toBe(0)
    // The kernel splits heads by itself, but for exports that fold them into the batch.
    const joined = [...layers.forms.values()].filter((form) => form.joined !== undefined)
    expect(joined).toHaveLength(folder.endsWith('attention-3d') ? 0 : sites.length)
  })

  it.each(['fused', 'sliced'] as const)('gives the same when it is %s, in other sizes too', async (by) => {
    const plain = await attentionEditor(unet, graph.nodes, { closed: { by, layers } }).build(new Set())
    expect([plain.name, plain.open]).toEqual([by, new Set()])
    const session = await graph.open(plain.patch)
    const found = graph.unet.predictions(await session.run(graph.unet.feeds(rows)), rows)
    found.forEach(({ data }, i) => {
      expect(difference(expected[i].data, data)).toBeLessThan(1e-5)
    })
    const large = [graph.row(1, {}, undefined, [16, 24])]
    const [a, b] = await Promise.all(
      [exported, session].map(async (one) => graph.unet.predictions(await one.run(graph.unet.feeds(large)), large)),
    )
    expect(difference(a[0].data, b[0].data)).toBeLessThan(1e-5)
    await session.release()
  })

  it('stays open where a run watches or edits, and only there', async () => {
    const editor = attentionEditor(unet, graph.nodes, { closed: { by: 'fused', layers } })
    const names = (kind: 'cross' | 'self', block = '') =>
      new Set(sites.filter((site) => site.kind === kind && site.name.startsWith(block)).map(({ name }) => name))
    const watched = await editor.build(new Set(['attention.capture']))
    expect([watched.name, watched.open]).toEqual(['capture+fused', names('cross')])
    const middle = await editor.build(new Set(['attention.edit:pag']))
    expect([middle.name, middle.open]).toEqual(['pag+fused', names('self', 'mid_block')])
    const up = editor.layersOf([{ ...graph.row(1).row, edit: { name: 'pag', options: { layers: 'up' } } }])
    expect(up).toEqual(names('self', 'up_blocks'))
    expect((await editor.build(new Set(['attention.edit:pag']), up)).open).toEqual(up)
    // Replacing attention works on all of it: nothing is left to close.
    expect(await editor.build(new Set(['attention.edit:replace']))).toMatchObject({ name: 'replace', open: 'all' })
  })

  it.each(['pag', 'seg'] as const)('lets %s do the same on open layers as in the exported graph', async (name) => {
    const edited = [graph.row(1, { edit: { name, options: edits[name] } }), graph.row(2)]
    const results = await Promise.all(
      [undefined, { by: 'fused' as const, layers }].map(async (closed) => {
        const own = await attentionEditor(unet, graph.nodes, { closed }).build(
          new Set<Requirement>([`attention.edit:${name}`]),
        )
        const session = await graph.open(own.patch)
        const outputs = await session.run({ ...graph.unet.feeds(edited), ...own.feeds(edited) })
        await session.release()
        return graph.unet.predictions(outputs, edited)
      }),
    )
    expect(difference(results[0][0].data, results[1][0].data)).toBeLessThan(1e-5)
    expect(difference(results[0][0].data, expected[0].data)).toBeGreaterThan(1e-4)
  })
})

describe('the graph without scores', async () => {
  const graph = await unetGraph('fixtures/graphs/attention-3d')
  const layers = closableAttention(graph.nodes, sitesOf(graph))

  it('computes nothing of what was taken out: also what only led there', async () => {
    const builder = GraphBuilder.for(graph.nodes, unet.inputs)
    closeAttention(builder, graph.nodes, [...layers.forms.values()], 'fused')
    const { overwrites = [] } = builder.patch('fused')
    // Product, scale, zero that is added, Softmax, cast, product; and the tensor of zeros, as large as the scores.
    const gone = graph.nodes.nodes.filter(({ at }) => overwrites.some((overwrite) => overwrite.at === at))
    const softmaxes = gone.filter(({ op }) => op === 'Softmax')
    expect(softmaxes).toHaveLength(8)
    expect(gone.filter(({ op }) => op === 'ConstantOfShape').length).toBeGreaterThanOrEqual(8)
  })

  it('is not made of masked scores, or such as are read elsewhere', () => {
    const [site] = sitesOf(graph)
    const add = site.chain.find(({ op }) => op === 'Add')
    const masked = {
      ...graph.nodes,
      nodes: graph.nodes.nodes.map((node) =>
        node === add ? { ...node, inputs: [node.inputs[0], 'encoder_hidden_states'] } : node,
      ),
    }
    const reasons = (nodes: UnetGraph['nodes']) => [
      ...closableAttention(nodes, unet.attention.find(nodes)).left.values(),
    ]
    expect(reasons(masked)).toEqual(['mask'])
    expect(reasons({ ...graph.nodes, outputs: [...graph.nodes.outputs, site.probabilities.name] })).toEqual(['shared'])
  })
})

describe('a slice', () => {
  it('of queries at a time gives what all at once give, the last one shorter', async () => {
    const graph = await unetGraph('fixtures/layouts/tiny-sd15')
    const layers = closableAttention(graph.nodes, sitesOf(graph))
    const session = await graph.open(
      (await attentionEditor(unet, graph.nodes, { closed: { by: 'sliced', layers } }).build(new Set())).patch,
    )
    const exported = await graph.open()
    // 40 × 56 cells and 2 rows of 8 heads: 2240² · 16 scores are ten slices of at most 2²³.
    const rows = [1, 2].map((seed) => graph.row(seed, {}, undefined, [40, 56]))
    const [a, b] = await Promise.all(
      [exported, session].map(async (one) => toFloats((await one.run(graph.unet.feeds(rows)))['out_sample'])),
    )
    expect(difference(a, b)).toBeLessThan(1e-5)
    await Promise.all([session.release(), exported.release()])
  })
})
