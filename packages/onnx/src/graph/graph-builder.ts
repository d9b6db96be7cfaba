import { NegError } from '@neg/core'
import type { SiteValue } from './attention-site'
import type { DenoiserInputs } from './denoiser-inputs'
import { equalName } from './equal-name'
import type { GraphNode, GraphNodes, OpenedLayer } from './graph-nodes'
import type { GraphPatch } from './graph-patch'
import {
  type Attribute,
  bodyProto,
  nodeProto,
  operator,
  type PatchType,
  renamedNode,
  tensorProto,
  types,
  valueInfo,
} from './graph-protos'
import { type Overwrite, openedLayers, removal } from './overwrites'
import { bytesField, joinBytes, messageField, textField, varintField } from './wire-writer'

/** What all branches of one patch share. */
interface Shared {
  readonly scope: string
  readonly opset: number
  readonly half: boolean
  readonly taken: Set<string>
  readonly constants: Map<string, string>
  readonly inputs: Uint8Array[]
  readonly outputs: Uint8Array[]
  readonly initializers: Uint8Array[]
  readonly overwrites: Overwrite[]
  /** Layers that the file has as one node, and the patched graph taken apart. */
  readonly opened: Set<OpenedLayer>
  /** Values that nodes of the model read, whose own producers were removed. */
  readonly provided: Map<string, string>
  /** Domains of operators that the file imports. */
  readonly imported: ReadonlySet<string>
  /** Those that the patch has to import. */
  readonly imports: Set<string>
  count: number
}

/** What a patch begins with. */
const nothing = () => ({
  constants: new Map(),
  inputs: [],
  outputs: [],
  initializers: [],
  overwrites: [],
  opened: new Set<OpenedLayer>(),
  provided: new Map(),
  imports: new Set<string>(),
  count: 0,
})

/**
 * Writes nodes to add to a graph. Methods for operators give the name of the value they compute. A branch of an `If` is a
 * builder of its own that may read every value of the graph around it.
 */
export class GraphBuilder {
  readonly #nodes: Uint8Array[] = []
  readonly #shared: Shared

  private constructor(
    shared: Shared,
    /** What the graph calls its latents and its text. */
    readonly inputs: DenoiserInputs,
  ) {
    this.#shared = shared
  }

  static for(graph: GraphNodes, denoiser: DenoiserInputs, scope = 'neg'): GraphBuilder {
    const taken = new Set([
      ...graph.inputs,
      ...graph.initializers.keys(),
      ...graph.nodes.flatMap(({ outputs }) => outputs),
    ])
    const { opset, half, domains: imported } = graph
    return new GraphBuilder({ scope, opset, half, taken, imported, ...nothing() }, denoiser)
  }

  /** A name that nothing in the graph has. */
  fresh(hint: string): string {
    const { taken, scope } = this.#shared
    let name: string
    do name = `${scope}/${hint}_${this.#shared.count++}`
    while (taken.has(name))
    taken.add(name)
    return name
  }

  /** A graph input that every call has to feed. */
  input(name: string, type: PatchType, shape: readonly (number | string)[]): string {
    this.#shared.taken.add(name)
    this.#shared.inputs.push(valueInfo(name, type, shape))
    return name
  }

  /** Makes a value an output of the graph, under a name of its own. */
  output(name: string, value: string, type: PatchType, shape: readonly (number | string)[]): void {
    this.#node('Identity', [value], [name], {})
    this.#shared.outputs.push(valueInfo(name, type, shape))
  }

  /** An int64 vector; with `scalar` a single number of rank 0. */
  ints(values: readonly number[], scalar = false): string {
    const data = BigInt64Array.from(values, BigInt)
    return this.#constant(`ints ${values} ${scalar}`, 'int64', scalar ? [] : [values.length], data)
  }

  /** A float32 number of rank 0. */
  float(value: number): string {
    return this.#constant(`float ${value}`, 'float32', [], Float32Array.of(value))
  }

  /** A float32 tensor. */
  floats(shape: readonly number[], data: Float32Array): string {
    return this.#constant(this.fresh('floats'), 'float32', shape, data)
  }

  /** A float32 tensor without elements. */
  empty(shape: readonly number[]): string {
    return this.#constant(`empty ${shape}`, 'float32', shape, new Float32Array(0))
  }

  #constant(key: string, type: PatchType, shape: readonly number[], data: ArrayBufferView): string {
    const known = this.#shared.constants.get(key)
    if (known) return known
    const name = this.fresh('constant')
    this.#shared.constants.set(key, name)
    this.#shared.initializers.push(tensorProto(name, type, shape, data))
    return name
  }

  /**
   * A node of one output; its operator with its domain where that isn't ONNX's own.
   * @param given names that it must have; default fresh ones
   */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    given: { readonly output?: string; readonly name?: string } = {},
  ): string {
    const output = given.output ?? this.fresh(operator(op)[1])
    this.#node(op, inputs, [output], attributes, given.name)
    return output
  }

  #node(
    op: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
    name?: string,
  ): void {
    const [domain, type] = operator(op)
    if (domain !== '' && !this.#shared.imported.has(domain)) this.#shared.imports.add(domain)
    this.#nodes.push(nodeProto(op, inputs, outputs, name ?? this.fresh(`node/${type}`), attributes))
  }

  cast(value: string, type: PatchType): string {
    return this.node('Cast', [value], { to: types[type] })
  }

  /** A float32 value in the type of another; before opset 15 in the one type that the graph computes in. */
  castLike(value: string, like: string): string {
    if (this.#shared.opset >= 15) return this.node('CastLike', [value, like])
    return this.#shared.half ? this.cast(value, 'float16') : value
  }

  /** A reduction over axes, which became an input in opset 13 (ReduceSum) and 18 (the others). */
  reduce(op: 'ReduceSum' | 'ReduceMean' | 'ReduceMax', value: string, axes: readonly number[], keep = false): string {
    const keepdims = keep ? 1 : 0
    const asInput = this.#shared.opset >= (op === 'ReduceSum' ? 13 : 18)
    if (asInput) return this.node(op, [value, this.ints(axes)], { keepdims })
    return this.node(op, [value], { axes, keepdims })
  }

  /** Adds axes of length 1, which became an input in opset 13. */
  unsqueeze(value: string, axes: readonly number[]): string {
    if (this.#shared.opset >= 13) return this.node('Unsqueeze', [value, this.ints(axes)])
    return this.node('Unsqueeze', [value], { axes })
  }

  /** Either branch's values, one name each; what is not taken is not computed. */
  if(
    condition: string,
    yes: (branch: GraphBuilder) => readonly string[],
    no: (branch: GraphBuilder) => readonly string[],
  ): string[] {
    const [then, count] = this.#branch(yes)
    const [otherwise, other] = this.#branch(no)
    if (count !== other) throw new NegError('internal', 'The branches of an If give different numbers of values.')
    const outputs = Array.from({ length: count }, () => this.fresh('If'))
    this.#node('If', [condition], outputs, { then_branch: then, else_branch: otherwise })
    return outputs
  }

  /**
   * A value that each of several turns makes from the last one's; `first` where there are none.
   *
   * @param turns int64 []: how many
   * @param body gives the next value; `turn` is int64 [], from 0
   */
  loop(turns: string, first: string, body: (branch: GraphBuilder, turn: string, value: string) => string): string {
    const inner = new GraphBuilder(this.#shared, this.inputs)
    const [turn, going, value] = ['turn', 'going', 'value'].map((name) => this.fresh(name))
    const outputs = [inner.node('Identity', [going]), inner.node('Identity', [body(inner, turn, value)])]
    // The value's type is the outer one's.
    const inputs = [valueInfo(turn, 'int64', []), valueInfo(going, 'bool', []), textField(1, value)]
    return this.node('Loop', [turns, '', first], {
      body: bodyProto(this.fresh('turns'), inner.#nodes, inputs, outputs),
    })
  }

  #branch(build: (branch: GraphBuilder) => readonly string[]): [Uint8Array, number] {
    const inner = new GraphBuilder(this.#shared, this.inputs)
    // A branch's outputs are values of its own.
    const outputs = build(inner).map((value) => inner.node('Identity', [value]))
    return [bodyProto(this.fresh('branch'), inner.#nodes, [], outputs), outputs.length]
  }

  /**
   * Copies nodes of the model, each after those that it reads, with other inputs; gives what each of their outputs is
   * called in the copy.
   */
  clone(nodes: readonly GraphNode[], replaced: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
    const names = new Map(Object.entries(replaced))
    for (const node of nodes) {
      for (const output of node.outputs) if (!names.has(output)) names.set(output, this.fresh('copy'))
      this.#nodes.push(renamedNode(node.bytes, names, this.fresh('node/copy')))
    }
    return names
  }

  /**
   * Puts something between a value and all that read it: its producer's output gets another name of equal length, and
   * `edit` makes of that what goes by the old name. Where the producer was removed, `edit` is given what was provided.
   */
  intercept(value: SiteValue, edit: (original: string) => string): void {
    const { provided } = this.#shared
    const given = provided.get(value.name)
    if (given !== undefined) {
      provided.set(value.name, edit(given))
      return
    }
    const original = equalName(value.name, this.#shared.taken)
    this.#shared.overwrites.push({ at: value.at, bytes: new TextEncoder().encode(original) })
    this.#node('Identity', [edit(original)], [value.name], {})
  }

  /** A node of the model reads another value in place of one of its inputs: under a name as long as the one that it had. */
  reroute({ inputs, inputsAt }: GraphNode, input: number, value: string): void {
    const name = equalName(inputs[input], this.#shared.taken)
    this.#shared.overwrites.push({ at: inputsAt[input], bytes: new TextEncoder().encode(name) })
    this.#node('Identity', [value], [name], {})
  }

  /** A layer that the file has as one node is taken apart: what lies in it can be read, and put between. */
  open(layer: OpenedLayer): void {
    this.#shared.opened.add(layer)
  }

  /** A builder of another patch of the same graph. */
  apart(scope: string): GraphBuilder {
    return new GraphBuilder({ ...this.#shared, ...nothing(), scope }, this.inputs)
  }

  /** Takes nodes of the model out, each of which stays as long as it was. */
  remove(nodes: readonly GraphNode[]): void {
    this.#shared.overwrites.push(...nodes.map(removal))
  }

  /** Gives a value under a name that nodes of the model read, whose own producer was removed. */
  provide(name: string, value: string): void {
    this.#shared.provided.set(name, value)
  }

  /** The patch. ModelProto { graph = 7 { node = 1, initializer = 5, input = 11, output = 12 }, opset_import = 8 { domain = 1, version = 2 } }. */
  patch(name: string): GraphPatch {
    const { inputs, outputs, initializers, opened, provided } = this.#shared
    for (const [given, value] of provided) this.#node('Identity', [value], [given], {})
    const graph = messageField(
      7,
      ...this.#nodes.map((node) => bytesField(1, node)),
      ...initializers.map((tensor) => bytesField(5, tensor)),
      ...inputs.map((info) => bytesField(11, info)),
      ...outputs.map((info) => bytesField(12, info)),
    )
    const imports = [...this.#shared.imports].map((domain) => messageField(8, textField(1, domain), varintField(2, 1)))
    const { bytes, overwrites } = openedLayers(opened, this.#shared.overwrites)
    return { name, bytes: joinBytes([...bytes, graph, ...imports]), overwrites }
  }
}
