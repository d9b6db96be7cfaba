import type { GraphNode, GraphNodes } from '../graph/graph-nodes'
import { integerAttribute, type Weight } from '../graph/weight-widths'

/** A layer's weights in a graph. */
export interface WeightSite {
  readonly node: GraphNode
  /** Which of the node's inputs they are. */
  readonly input: number
  /** The value that holds them: an initializer. */
  readonly value: string
  readonly weight: Weight
  /** [in, out] of a product, where a layer has [out, in]; false for convolutions too. */
  readonly transposed: boolean
}

/** Weights that no LoRA can be added to: their layer, and the operator that reads them. */
export interface WeightSites {
  /** By module: diffusers' name with `_` for dots. */
  readonly sites: ReadonlyMap<string, readonly WeightSite[]>
  /** Modules whose weights are quantised. */
  readonly quantised: ReadonlySet<string>
}

const quantised = /^(?:com\.microsoft\.)?(?:MatMulNBits|QLinear|.*Integer|Dynamic.*MatMul|QGemm|MatMulBnb4)/

/**
 * The layers of a graph that have weights of two or more axes. A layer is named by the path that exporters give its node
 * (`/down_blocks.0/attentions.0/…/to_q/MatMul`), or by its weights where they keep a module's name.
 */
export function weightSites({ nodes }: GraphNodes, weights: ReadonlyMap<string, Weight>): WeightSites {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
  const sites = new Map<string, WeightSite[]>()
  const others = new Set<string>()
  for (const node of nodes) {
    const op = node.op
    if (quantised.test(op)) {
      for (const name of namesOf(node, '')) others.add(name)
      continue
    }
    if (op !== 'MatMul' && op !== 'Gemm' && op !== 'Conv') continue
    const found = stored(node, 1, producers, weights)
    if (!found) {
      if (producers.get(node.inputs[1])?.op === 'DequantizeLinear')
        for (const name of namesOf(node, '')) others.add(name)
      continue
    }
    const flipped = op === 'Conv' ? false : op === 'Gemm' ? integerAttribute(node, 'transB') !== 1 : true
    const site = { ...found, transposed: flipped !== found.turned }
    for (const name of namesOf(node, found.value)) {
      const known = sites.get(name)
      if (known) known.push(site)
      else sites.set(name, [site])
    }
  }
  return { sites, quantised: others }
}

/** The initializer behind a node's input, and who reads it: through a Transpose, a Cast or an Identity. */
export function stored(
  node: GraphNode,
  input: number,
  producers: ReadonlyMap<string, GraphNode>,
  weights: ReadonlyMap<string, Weight>,
): (Pick<WeightSite, 'node' | 'input' | 'value' | 'weight'> & { readonly turned: boolean }) | undefined {
  let [reader, at, turned] = [node, input, false]
  for (let depth = 0; depth < 4; depth++) {
    const value = reader.inputs[at]
    const weight = weights.get(value)
    if (weight) {
      const floats = weight.type === 1 || weight.type === 10
      return floats && weight.shape.length >= 2 ? { node: reader, input: at, value, weight, turned } : undefined
    }
    const made = producers.get(value)
    if (!made || !/^(Transpose|Cast|Identity)$/.test(made.op)) return undefined
    if (made.op === 'Transpose') turned = !turned
    ;[reader, at] = [made, 0]
  }
  return undefined
}

/** What a layer may be called: by its node's path, by its weights. Text encoders' paths with and without `text_model`. */
function namesOf({ name, op }: GraphNode, value: string): Set<string> {
  const path = name.replace(new RegExp(`/${op.split('.').pop()}(?:_\\d+)?$`), '').replace(/^\//, '')
  const own = /\.weight$/.test(value) ? value.replace(/\.weight$/, '') : undefined
  const plain = [path, own].flatMap((one) =>
    one ? [one.replaceAll(/[./]/g, '_').replace(/^(?:unet|text_encoder(?:_2)?)_(?!model)/, '')] : [],
  )
  return new Set(plain.map((one) => one.replace(/^text_model_/, '')))
}
