import type { AttentionSite } from './attention-site'
import type { GraphBuilder } from './graph-builder'

/** The picture's and the text's tokens of a joint layer's values, along an axis. */
export interface JointParts {
  /** Of a value, along an axis that may count from its end. */
  image(value: string, axis: number): string
  text(value: string, axis: number): string
  /** Both again as one. */
  join(image: string, text: string, axis: number): string
  /** bool [tokens]: which tokens are the picture's, of as many as a value has along an axis. */
  isImage(value: string, axis: number): string
}

/** The text has as many tokens as the graph's input; the others are the picture's. */
export function jointParts(g: GraphBuilder, { first }: Pick<NonNullable<AttentionSite['joint']>, 'first'>): JointParts {
  const sizeOf = (value: string, axis: number) =>
    g.node('Gather', [g.node('Shape', [value]), g.ints([axis])], { axis: 0 })
  const text = sizeOf(g.inputs.text, 1)
  const slice = (value: string, axis: number, from: string, to: string) =>
    g.node('Slice', [value, from, to, g.ints([axis]), g.ints([1])])
  const middle = (value: string, axis: number) => (first === 'text' ? text : g.node('Sub', [sizeOf(value, axis), text]))
  const before = (value: string, axis: number) => slice(value, axis, g.ints([0]), middle(value, axis))
  const after = (value: string, axis: number) => slice(value, axis, middle(value, axis), sizeOf(value, axis))
  const [image, words] = first === 'text' ? [after, before] : [before, after]
  return {
    image,
    text: words,
    join: (pictures, texts, axis) =>
      g.node('Concat', first === 'text' ? [texts, pictures] : [pictures, texts], { axis }),
    isImage(value, axis) {
      const scalar = (vector: string) => g.node('Squeeze', [vector])
      const index = g.node('Range', [g.ints([0], true), scalar(sizeOf(value, axis)), g.ints([1], true)])
      const less = g.node('Less', [index, middle(value, axis)])
      return first === 'text' ? g.node('Not', [less]) : less
    },
  }
}
