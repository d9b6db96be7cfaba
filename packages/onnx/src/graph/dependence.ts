import type { DenoiserInputs } from './denoiser-inputs'
import type { GraphNode, GraphNodes } from './graph-nodes'

/** Which of a denoiser's two great inputs a value is computed from. A value's shape is no part of what it is computed from. */
export interface Dependence {
  /** The noisy latents. */
  onSample(value: string): boolean
  /** The text. */
  onText(value: string): boolean
}

/** Follows both inputs through the nodes, in whatever order the file has them (converters to float16 append casts). */
export function dependence({ nodes }: Pick<GraphNodes, 'nodes'>, inputs: DenoiserInputs): Dependence {
  const consumers = new Map<string, GraphNode[]>()
  for (const node of nodes) {
    if (node.op === 'Shape' || node.op === 'Size') continue
    for (const input of node.inputs) {
      const known = consumers.get(input)
      if (known) known.push(node)
      else consumers.set(input, [node])
    }
  }
  const reached = (input: string): ReadonlySet<string> => {
    const found = new Set([input])
    // A set is walked in the order of insertion, what is inserted meanwhile included.
    for (const value of found) {
      for (const { outputs } of consumers.get(value) ?? []) for (const output of outputs) found.add(output)
    }
    return found
  }
  const [sample, text] = [reached(inputs.latents), reached(inputs.text)]
  return { onSample: (value) => sample.has(value), onText: (value) => text.has(value) }
}
