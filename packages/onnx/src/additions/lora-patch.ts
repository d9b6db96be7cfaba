import { GraphBuilder } from '../graph/graph-builder'
import type { GraphNodes } from '../graph/graph-nodes'
import type { GraphPatch } from '../graph/graph-patch'
import type { Weight } from '../graph/weight-widths'
import { deltaOf, joinDeltas, turned } from './lora-delta'
import type { LoraFile } from './lora-file'
import { sgmModule } from './sgm-blocks'
import { type WeightSite, weightSites } from './weight-sites'

/** What LoRA files make of one network. */
export interface LoraPatch {
  /** Undefined where none has anything for it. */
  readonly patch?: GraphPatch
  /** Keys of each file that found no layer, or one of another shape; in the order of the files. */
  readonly unused: readonly (readonly string[])[]
  /** Layers that are quantised, and would have been added to. */
  readonly quantised: readonly string[]
}

/**
 * Adds LoRA files to a network's weights, in its graph: W + Σ w (alpha / rank) up · down stands where W is read. The sum is of constants:
 * the runtime computes it once, when it opens the graph. In float32, whatever type the weights have.
 *
 * @param part which of a file's modules: `denoiser`, or a text encoder's folder
 */
export async function loraPatch(
  part: string,
  nodes: GraphNodes,
  weights: ReadonlyMap<string, Weight>,
  loras: readonly LoraFile[],
): Promise<LoraPatch> {
  const { sites, quantised } = weightSites(nodes, weights)
  const blocks = [...sites.keys()].filter((name) => /^down_blocks_0_resnets_\d+_conv1$/.test(name)).length
  const unused: string[][] = loras.map(() => [])
  const blocked = new Set<string>()
  const builder = GraphBuilder.for(nodes, { latents: '', text: '' }, 'lora')
  const wanted = new Map<string, { readonly lora: number; readonly module: LoraFile['modules'][number] }[]>()
  for (const [lora, { modules }] of loras.entries()) {
    for (const module of modules.filter((one) => one.part === part)) {
      const name = sgmModule(module.module, blocks || 2).replace(/^text_model_/, '')
      wanted.set(name, [...(wanted.get(name) ?? []), { lora, module }])
    }
  }
  let added = 0
  for (const [name, additions] of wanted) {
    const own = sites.get(name)
    if (!own) {
      if (quantised.has(name)) blocked.add(name)
      for (const { lora, module } of additions) unused[lora].push(...module.keys)
      continue
    }
    for (const site of own) {
      const shape = site.transposed ? site.weight.shape.toReversed() : site.weight.shape
      const found = await Promise.all(additions.map(({ lora, module }) => deltaOf(loras[lora], module, shape)))
      const deltas = found.filter((delta) => delta !== undefined)
      for (const [i, delta] of found.entries()) {
        if (!delta) unused[additions[i].lora].push(...additions[i].module.keys)
      }
      if (deltas.length === 0) continue
      add(builder, site, joinDeltas(deltas, shape[0]), shape)
      added++
    }
  }
  return {
    ...(added > 0 ? { patch: builder.patch('lora') } : {}),
    unused: unused.map((keys) => [...new Set(keys)]),
    quantised: [...blocked],
  }
}

function add(
  builder: GraphBuilder,
  { node, input, value, weight, transposed }: WeightSite,
  { rank, up, down }: { readonly rank: number; readonly up: Float32Array; readonly down: Float32Array },
  [out]: readonly number[],
): void {
  const columns = down.length / rank
  const [left, right] = transposed
    ? [builder.floats([columns, rank], turned(down, rank, columns)), builder.floats([rank, out], turned(up, out, rank))]
    : [builder.floats([out, rank], up), builder.floats([rank, columns], down)]
  const product = builder.node('MatMul', [left, right])
  const delta = weight.shape.length === 2 ? product : builder.node('Reshape', [product, builder.ints(weight.shape)])
  const half = weight.type === 10
  const sum = builder.node('Add', [half ? builder.cast(value, 'float32') : value, delta])
  builder.reroute(node, input, half ? builder.cast(sum, 'float16') : sum)
}
