import * as z from 'zod'
import type { GraphBuilder } from '../graph-builder'
import { asIn, withHeads } from '../heads'
import { textNodes } from '../text-nodes'
import { boolean, defineEdit, floats } from './attention-graph-edit'

export const nagOptions = z.strictObject({
  scale: z.number().min(1),
  tau: z.number().min(1),
  alpha: z.number().min(0).max(1),
})

/**
 * Z₊ pushed away from Z₋, both float32 [rows, heads, pixels, d]: Z̃, Ẑ and Z of `nag`.
 *
 * @param parameters s, τ and α of each row, float32 [3, rows, 1, 1, 1]
 */
export function pushedAway(g: GraphBuilder, parameters: string, positive: string, negative: string): string {
  const [s, tau, alpha] = [0, 1, 2].map((i) => g.node('Gather', [parameters, g.ints([i], true)], { axis: 0 }))
  // s Z₊ − (s − 1) Z₋ = Z₊ + (s − 1)(Z₊ − Z₋), which is Z₊ to the bit at s = 1.
  const difference = g.node('Sub', [positive, negative])
  const pushed = g.node('Add', [positive, g.node('Mul', [g.node('Sub', [s, g.float(1)]), difference])])
  const size = (z: string) => g.reduce('ReduceSum', g.node('Abs', [z]), [1, 3], true)
  const tiny = g.float(1e-7)
  const ratio = g.node('Div', [g.node('Add', [size(pushed), tiny]), g.node('Add', [size(positive), tiny])])
  const kept = g.node('Div', [g.node('Min', [ratio, tau]), ratio])
  const normalized = g.node('Mul', [pushed, kept])
  return g.node('Add', [positive, g.node('Mul', [alpha, g.node('Sub', [normalized, positive])])])
}

/**
 * Normalized attention guidance: in every cross-attention layer the row's queries also attend to a second text, and the
 * output Z₊ is pushed away from that one's Z₋,
 *
 *   Z̃ = s Z₊ − (s − 1) Z₋,  R = ‖Z̃‖₁ / ‖Z₊‖₁ for each pixel over all heads,  Ẑ = Z̃ min(R, τ)/R,  Z = α Ẑ + (1 − α) Z₊.
 *
 * Source: Chen et al. 2025 (arXiv 2505.21179). Neutral: s = 1, or α = 0. No further pass is run.
 */
export const nag = defineEdit<z.infer<typeof nagOptions>>({
  name: 'nag',
  kinds: ['cross'],
  options: nagOptions,
  against: 'text',
  add(graph, sites, nodes) {
    const on = graph.input('neg_nag', 'bool', [])
    const context = graph.input('neg_nag_context', 'float32', ['neg_rows', 'neg_nag_length', 'neg_channels'])
    // s, τ and α of each row.
    const parameters = graph.input('neg_nag_parameters', 'float32', [3, 'neg_rows', 1, 1, 1])
    for (const { chain, output } of sites) {
      const projections = textNodes(
        nodes,
        graph.inputs,
        chain.flatMap(({ inputs }) => inputs),
      )
      graph.intercept(output, (original) => {
        const [edited] = graph.if(
          on,
          (g) => {
            const text = g.castLike(context, g.inputs.text)
            const copy = g.clone([...projections, ...chain], { [g.inputs.text]: text })
            const positive = g.cast(withHeads(g, original), 'float32')
            const negative = g.cast(withHeads(g, copy.get(output.name) ?? original), 'float32')
            return [asIn(g, pushedAway(g, parameters, positive, negative), original)]
          },
          () => [original],
        )
        return edited
      })
    }
  },
  feeds({ rows, texts }) {
    const edited = rows.find((row) => row !== undefined)?.against
    const [length, channels] = edited?.shape ?? [1, texts[0].shape[1]]
    const context = new Float32Array(rows.length * length * channels)
    const parameters = new Float32Array(3 * rows.length)
    rows.forEach((row, at) => {
      const { scale, tau, alpha } = row?.options ?? { scale: 1, tau: 1, alpha: 0 }
      if (row?.against) context.set(row.against.data, at * length * channels)
      ;[scale, tau, alpha].forEach((value, i) => {
        parameters[i * rows.length + at] = value
      })
    })
    const any = rows.some((row) => row && row.options.scale !== 1 && row.options.alpha !== 0)
    return {
      neg_nag: boolean(any),
      neg_nag_context: floats(context, [rows.length, length, channels]),
      neg_nag_parameters: floats(parameters, [3, rows.length, 1, 1, 1]),
    }
  },
})
