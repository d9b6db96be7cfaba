import type { GraphBuilder } from './graph-builder'

/** A site's value with heads as an axis of their own: [batch, heads, ·, ·], also where the export folds them into the batch. */
export function withHeads(g: GraphBuilder, value: string): string {
  const batch = g.node('Gather', [g.node('Shape', [g.inputs.latents]), g.ints([0])], { axis: 0 })
  const last = g.node('Gather', [g.node('Shape', [value]), g.ints([-2, -1])], { axis: 0 })
  return g.node('Reshape', [value, g.node('Concat', [batch, g.ints([-1]), last], { axis: 0 })])
}

/** A value in the shape and type of another. */
export const asIn = (g: GraphBuilder, value: string, like: string): string =>
  g.node('Reshape', [g.castLike(value, like), g.node('Shape', [like])])
