import type { AttentionSite } from './attention-site'
import type { GraphBuilder } from './graph-builder'
import { withHeads } from './heads'
import { jointParts } from './joint-parts'

/** Inputs and outputs that capture adds to a denoiser. */
export const captureNames = {
  /** bool []: whether anything is captured in this call. */
  on: 'neg_capture',
  /** bool []: whether maps are wanted beside norms. */
  maps: 'neg_capture_maps',
  /** int64 [rows]: which rows of the batch. */
  rows: 'neg_capture_rows',
  /** float32 [rows, length, columns]: what each column is of, as weights of tokens. */
  select: 'neg_capture_select',
  /** int64 [layers]: pixels of each layer. */
  pixels: 'neg_attention_pixels',
  /** float32 [layers, rows, columns]. */
  norms: 'neg_attention_norms',
  /** float32 [rows, columns, Σ pixels], layers side by side. */
  headMeans: 'neg_attention_maps',
  /** float32 [layers, rows]: mean of squared probabilities over heads, pixels and tokens. */
  meanSquares: 'neg_attention_mean_squares',
} as const

/**
 * Adds what reduces attention to the text inside the graph, so that little leaves it: per layer and token the mean over heads of
 * each head's Euclidean norm over pixels and, if wanted, the head-mean map. It lies under an `If`: off, it costs nothing.
 */
export function addCapture(graph: GraphBuilder, sites: readonly AttentionSite[]): void {
  const on = graph.input(captureNames.on, 'bool', [])
  const wantMaps = graph.input(captureNames.maps, 'bool', [])
  const rows = graph.input(captureNames.rows, 'int64', ['neg_captured_rows'])
  const select = graph.input(captureNames.select, 'float32', ['neg_captured_rows', 'neg_length', 'neg_tokens'])
  const nothing = graph.empty([0, 0, 0])

  const [pixels, norms, maps, meanSquares] = graph.if(
    on,
    (g) => {
      const columns = g.unsqueeze(select, [1])
      const captured = sites.map((site) => selected(g, watched(g, site), rows, columns))
      const norms = g.node(
        'Concat',
        captured.map(({ values }) => g.unsqueeze(headMeanNorm(g, values), [0])),
        { axis: 0 },
      )
      const [maps] = g.if(
        wantMaps,
        (inner) => [
          inner.node(
            'Concat',
            captured.map(({ values }) =>
              inner.node('Transpose', [inner.reduce('ReduceMean', values, [1])], { perm: [0, 2, 1] }),
            ),
            { axis: 2 },
          ),
        ],
        () => [nothing],
      )
      const pixels = g.node(
        'Concat',
        captured.map(({ pixels }) => pixels),
        { axis: 0 },
      )
      const meanSquares = g.node(
        'Concat',
        captured.map(({ all }) => g.unsqueeze(g.reduce('ReduceMean', g.node('Mul', [all, all]), [1, 2, 3]), [0])),
        { axis: 0 },
      )
      return [pixels, norms, maps, meanSquares]
    },
    () => [graph.ints([]), nothing, nothing, graph.empty([0, 0])],
  )
  graph.output(captureNames.pixels, pixels, 'int64', ['neg_layers'])
  graph.output(captureNames.norms, norms, 'float32', ['neg_layers', 'neg_captured_rows', 'neg_tokens'])
  graph.output(captureNames.meanSquares, meanSquares, 'float32', ['neg_layers', 'neg_captured_rows'])
  graph.output(captureNames.headMeans, maps, 'float32', ['neg_captured_rows', 'neg_tokens', 'neg_pixels'])
}

/** What a layer's picture attends to in the text: [·, pixels, tokens]; of a joint layer a part of its probabilities. */
function watched(g: GraphBuilder, { probabilities, joint }: AttentionSite): string {
  if (!joint) return probabilities.name
  const parts = jointParts(g, joint)
  return parts.text(parts.image(probabilities.name, -2), -1)
}

/** The wanted rows and tokens of one layer's probabilities: float32 [rows, heads, pixels, tokens]. */
function selected(g: GraphBuilder, probabilities: string, rows: string, columns: string) {
  const pixels = g.node('Gather', [g.node('Shape', [probabilities]), g.ints([-2])], { axis: 0 })
  const own = g.node('Gather', [withHeads(g, probabilities), rows], { axis: 0 })
  const all = g.cast(own, 'float32')
  return { pixels, all, values: g.node('MatMul', [all, columns]) }
}

/** [rows, heads, pixels, tokens] → [rows, tokens]. */
function headMeanNorm(g: GraphBuilder, values: string): string {
  const squares = g.reduce('ReduceSum', g.node('Mul', [values, values]), [2])
  return g.reduce('ReduceMean', g.node('Sqrt', [squares]), [1])
}
