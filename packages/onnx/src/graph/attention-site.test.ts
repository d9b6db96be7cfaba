import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { unet } from '../denoiser/unet'
import { attentionEditor } from './attention-editor'
import { findAttention } from './attention-site'
import { readGraphNodes } from './graph-nodes'

async function sitesOf(path: string) {
  const bytes = readFileSync(path)
  const file = { size: bytes.length, slice: async (from: number, to: number) => bytes.subarray(from, to) }
  const graph = await readGraphNodes(file, path)
  return { sites: findAttention(graph, unet.inputs), graph, bytes }
}

const layouts = ['tiny-sd15', 'tiny-sd2-v', 'tiny-sdxl', 'tiny-lcm'].map((name) => `fixtures/layouts/${name}`)

describe('findAttention', () => {
  it('names the layers of the embedded model as diffusers does', async () => {
    const { sites } = await sitesOf('packages/portraits/model/unet/model.onnx')
    const { layers } = JSON.parse(readFileSync('fixtures/portraits/attention.json', 'utf8'))
    const cross = sites.filter(({ kind }) => kind === 'cross').map(({ name }) => name)
    expect(cross.toSorted()).toEqual(Object.keys(layers).toSorted())
    const self = sites.filter(({ kind }) => kind === 'self').map(({ name }) => name)
    expect(self.toSorted()).toEqual(cross.map((name) => name.replace('attn2', 'attn1')).toSorted())
  })

  it.each(layouts)('finds one self- and one cross-attention a transformer layer in %s', async (folder) => {
    const { sites, bytes } = await sitesOf(`${folder}/unet/model.onnx`)
    const config = JSON.parse(readFileSync(`${folder}/unet/config.json`, 'utf8'))
    const perBlock = [config.transformer_layers_per_block].flat() as number[]
    const depth = (i: number) => perBlock[Math.min(i, perBlock.length - 1)]
    const blocks = config.down_block_types.length
    let expected = depth(blocks - 1)
    for (let i = 0; i < blocks; i++) {
      if (config.down_block_types[i].startsWith('CrossAttn')) expected += config.layers_per_block * depth(i)
      if (config.up_block_types[i].startsWith('CrossAttn'))
        expected += (config.layers_per_block + 1) * depth(blocks - 1 - i)
    }
    for (const kind of ['cross', 'self']) {
      const found = sites.filter((site) => site.kind === kind)
      expect(found).toHaveLength(expected)
      expect(new Set(found.map(({ name }) => name)).size).toBe(expected)
      for (const { name } of found) expect(name).toMatch(kind === 'cross' ? /\.attn2$/ : /\.attn1$/)
    }
    const text = new TextDecoder()
    for (const { query, probabilities, output } of sites) {
      for (const { name, at } of [query, probabilities, output]) {
        expect(text.decode(bytes.subarray(at, at + name.length))).toBe(name)
      }
    }
  })

  it('finds those of older exports, whose heads are folded into the batch', async () => {
    const { sites } = await sitesOf('fixtures/graphs/attention-3d/unet/model.onnx')
    const blocks = [
      'down_blocks.0.attentions.0',
      'mid_block.attentions.0',
      'up_blocks.1.attentions.0',
      'up_blocks.1.attentions.1',
    ]
    expect(sites.map(({ kind, name }) => [kind, name])).toEqual(
      blocks.flatMap((block) => [
        ['self', `${block}.transformer_blocks.0.attn1`],
        ['cross', `${block}.transformer_blocks.0.attn2`],
      ]),
    )
  })

  it('finds none in a graph whose attention was fused', async () => {
    const { graph } = await sitesOf('fixtures/layouts/tiny-sd15/unet/model.onnx')
    const fused = graph.nodes.map((node) =>
      node.op === 'Softmax' ? { ...node, op: 'com.microsoft.MultiHeadAttention' } : node,
    )
    expect(findAttention({ ...graph, nodes: fused }, unet.inputs)).toEqual([])
    expect(attentionEditor(unet, { ...graph, nodes: fused }).provides).toEqual(new Set())
  })

  it('finds none where there is no attention', async () => {
    const { sites } = await sitesOf('packages/portraits/model/vae_decoder/model.onnx')
    expect(sites.filter(({ kind }) => kind === 'cross')).toEqual([])
  })
})
