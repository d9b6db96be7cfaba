import { type GenerateInput, generate, type Json } from '@neg/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { type FusedForm, fusedForms, fuseLayers } from '../../test/fused-forms'
import { cpu } from '../../test/local-model'
import { overlayFiles } from '../../test/overlay-files'
import { difference, type UnetGraph, unetGraph } from '../../test/unet-graph'
import { flux } from '../denoiser/flux'
import { sd3 } from '../denoiser/sd3'
import { unet } from '../denoiser/unet'
import { createOnnxModel } from '../model/create-onnx-model'
import { localSessions } from '../session/local-sessions'
import { attentionEditor } from './attention-editor'
import { closableAttention } from './closable-attention'
import type { ClosedBy } from './close-attention'
import { readGraphNodes } from './graph-nodes'
import { openAttention } from './open-attention'

const folder = 'fixtures/layouts/tiny-sd15'
const fused = (form: FusedForm) =>
  unetGraph(folder, (bytes, nodes) => fuseLayers(bytes, nodes, unet.attention.find(nodes), form))

const against = { id: 'x', prompt: { text: '' }, words: [], length: 77, warnings: [], release: () => {} }
const edit = (name: string, options: Json, more = {}) => ({ edit: { name, options, ...more } })

/** A row of each kind: watched, edited in each way, and the one whose maps another takes. */
function rowsOf(graph: UnetGraph) {
  const source = graph.row(7)
  return [
    graph.row(1, { capture: { tokens: 'all', maps: true } }),
    graph.row(2, edit('nag', { scale: 5, tau: 2.5, alpha: 0.5 }, { against }), 3),
    graph.row(4, edit('pag', { layers: 'mid' })),
    graph.row(5, edit('seg', { layers: 'mid', blurSigma: 1 })),
    { ...graph.row(6, edit('replace', { self: true }, { against })), companion: source },
    source,
  ]
}

function editorOf(graph: UnetGraph, by?: ClosedBy) {
  const nodes = openAttention(graph.nodes)
  const layers = closableAttention(nodes, unet.attention.find(nodes))
  return attentionEditor(unet, nodes, by ? { closed: { by, layers } } : {})
}

/** What comes out, watched and edited, or neither. */
async function drawn(graph: UnetGraph, worked: boolean, by?: ClosedBy) {
  const editor = editorOf(graph, by)
  const built = await editor.build(worked ? editor.provides : new Set())
  const rows = worked ? rowsOf(graph) : [graph.row(1), graph.row(2)]
  const session = await graph.open(built.patch)
  const outputs = await session.run({ ...graph.unet.feeds(rows), ...built.feeds(rows) })
  await session.release()
  const predictions = graph.unet.predictions(outputs, rows).map(({ data }) => data)
  return { name: built.name, predictions, layers: built.attention(outputs, rows)[0]?.layers ?? [] }
}

type Drawn = Awaited<ReturnType<typeof drawn>>

function same(found: Drawn, expected: Drawn) {
  expected.predictions.forEach((prediction, row) => {
    expect(difference(prediction, found.predictions[row])).toBeLessThan(1e-5)
  })
  expect(found.layers.map(({ name }) => name)).toEqual(expected.layers.map(({ name }) => name))
  expected.layers.forEach(({ norms, maps = [], meanSquare }, i) => {
    expect(difference(norms, found.layers[i].norms)).toBeLessThan(1e-5)
    expect(difference(maps, found.layers[i].maps ?? [])).toBeLessThan(1e-5)
    expect(difference([meanSquare], [found.layers[i].meanSquare])).toBeLessThan(1e-5)
  })
}

describe('layers that the file has as one node each', () => {
  let plain: UnetGraph
  let asExported: Drawn
  let watchedAndEdited: Drawn
  beforeAll(async () => {
    plain = await unetGraph(folder)
    asExported = await drawn(plain, false)
    watchedAndEdited = await drawn(plain, true)
  })

  describe.each(fusedForms)('of the form %s', (form) => {
    let graph: UnetGraph
    beforeAll(async () => {
      graph = await fused(form)
    })

    it('are found by structure, kind and name', () => {
      expect(graph.nodes.nodes.some(({ op }) => op === 'Softmax')).toBe(false)
      const nodes = openAttention(graph.nodes)
      const told = (all: ReturnType<typeof unet.attention.find>) => all.map(({ name, kind }) => `${kind} ${name}`)
      expect(told(unet.attention.find(nodes))).toEqual(told(unet.attention.find(plain.nodes)))
      expect([nodes.opened?.layers.size, nodes.opened?.left.size]).toEqual([8, 0])
      expect(closableAttention(nodes, unet.attention.find(nodes)).forms.size).toBe(8)
    })

    it('are watched and edited as in the plain export', async () => {
      const found = await drawn(graph, true)
      expect(found.name).toBe('capture+nag+pag+replace+seg')
      same(found, watchedAndEdited)
    })

    it.each(['fused', 'sliced'] as const)('give the same without whole scores, %s', async (by) => {
      const found = await drawn(graph, false, by)
      same(found, asExported)
      // Where the file has what would be put in, it stays as it is.
      const stays = by === 'fused' && (form === 'multi-head' || form === 'multi-head-biased')
      expect(found.name).toBe(stays ? 'plain' : by)
    })

    it('stay one node where nothing works on them and nothing closes them', async () => {
      const editor = editorOf(graph)
      const { patch, open } = await editor.build(new Set(['attention.edit:pag']))
      expect(open).toEqual(new Set(['mid_block.attentions.0.transformer_blocks.0.attn1']))
      // One node of the file is taken out.
      const starts = new Set(graph.nodes.nodes.filter(({ op }) => op.endsWith('Attention')).map(({ at }) => at))
      expect(patch?.overwrites?.filter(({ at }) => starts.has(at))).toHaveLength(1)
    })
  })
})

describe.each([
  ['tiny-sd3', sd3, { layers: 2, heads: 4 }, {}],
  ['tiny-flux-dev', flux, { layers: 4, heads: 2 }, { distilledScale: 3.5 }],
] as const)('joined streams of %s whose layers are one node each', (name, architecture, { layers, heads }, more) => {
  const path = 'transformer/model.onnx'
  const plain = diskFiles(`fixtures/layouts/${name}`)
  const recipe = { prompt: 'a man', seed: 3, steps: 2, width: 64, height: 64, maxSequenceLength: 48, ...more }
  const recipes: readonly GenerateInput[] = [
    { ...recipe, negatives: ['glasses'], guidance: 'negative-prompt', scale: 3 },
    { ...recipe, negatives: ['glasses'], guidance: 'nag', scale: 1 },
    { ...recipe, guidance: { name: 'pag', options: { layers: 'mid' } }, scale: 3 },
  ]

  /** Latents and maps of each recipe. */
  async function pictures(files: ReturnType<typeof diskFiles>) {
    const model = await createOnnxModel({ files, sessions: await localSessions({ files, runtime: cpu }) })
    const drawn = []
    for (const one of recipes) {
      const run = generate(model, one, { capture: { roles: ['positive'], tokens: 'all', maps: true }, decode: false })
      const maps: number[] = []
      for await (const event of run) {
        if (event.type === 'attention') for (const layer of event.capture.layers) maps.push(...(layer.maps ?? []))
      }
      drawn.push({ latents: (await run.result).latents.data, maps })
    }
    const { info } = model
    await model.dispose()
    return { drawn, info }
  }

  it.each(['onnx-4d', 'multi-head-4d'] as const)('draw and show what the plain export does (%s)', async (form) => {
    const file = await plain.open(path)
    const [bytes, nodes] = [await file.slice(0, file.size), await readGraphNodes(file, path)]
    const one = overlayFiles(plain, {
      [path]: fuseLayers(bytes, nodes, architecture.attention.find(nodes), form, heads),
    })
    const [expected, found] = [await pictures(plain), await pictures(one)]
    expect(found.info.attention?.layers['transformer']).toEqual({ closed: layers, exported: 0, opened: layers })
    expected.drawn.forEach(({ latents, maps }, i) => {
      expect(difference(latents, found.drawn[i].latents)).toBeLessThan(1e-4)
      expect(maps.length > 0).toBe(i !== 1)
      if (i !== 1) expect(difference(maps, found.drawn[i].maps)).toBeLessThan(1e-4)
    })
  })
})
