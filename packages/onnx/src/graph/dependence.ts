import type { GraphNodes } from './graph-nodes'

/** Which of a UNet's two great inputs a value is computed from. A value's shape is no part of what it is computed from. */
export interface Dependence {
  /** The noisy latents, `sample`. */
  onSample(value: string): boolean
  /** The text, `encoder_hidden_states`. */
  onText(value: string): boolean
}

const sample = 1
const text = 2

/** One walk over the nodes, in order of computation. */
export function dependence({ nodes }: Pick<GraphNodes, 'nodes'>): Dependence {
  const known = new Map([
    ['sample', sample],
    ['encoder_hidden_states', text],
  ])
  for (const { op, inputs, outputs } of nodes) {
    if (op === 'Shape' || op === 'Size') continue
    let bits = 0
    for (const input of inputs) bits |= known.get(input) ?? 0
    if (bits !== 0) for (const output of outputs) known.set(output, bits)
  }
  return {
    onSample: (value) => ((known.get(value) ?? 0) & sample) !== 0,
    onText: (value) => ((known.get(value) ?? 0) & text) !== 0,
  }
}
