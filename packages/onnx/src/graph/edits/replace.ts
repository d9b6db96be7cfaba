import { NegError } from '@neg/core'
import * as z from 'zod'
import type { GraphBuilder } from '../graph-builder'
import { asIn, withHeads } from '../heads'
import { jointParts } from '../joint-parts'
import { boolean, defineEdit, floats, indices } from './attention-graph-edit'

const token = z.number().int().min(0)

const optionsSchema = z.strictObject({
  cross: z.boolean().default(true),
  self: z.boolean().default(false),
  tokens: z.array(z.tuple([token, token])).optional(),
  weights: z.array(z.tuple([token, z.number()])).default([]),
})

/**
 * Prompt-to-prompt: the row keeps its own values V but takes attention maps of a source, a second row of the same call
 * with the prompt `against` (and the source picture's latents, where the edit gives them).
 *
 * `cross`: cross-attention maps, `self`: self-attention maps, at every layer. `tokens`: pairs [token, source token]; a
 * token that no pair names keeps its own map; without pairs each position takes its map from the same position.
 * `weights`: pairs [token, factor] on the maps that result. In joint layers the picture's attention to the text is `cross`, that to itself `self`;
 * tokens count in the whole text.
 *
 * Source: Hertz et al. 2022 (arXiv 2208.01626): word swap, refinement, re-weighting. Neutral: `against` is the row's own.
 */
export const replace = defineEdit<z.infer<typeof optionsSchema>>({
  name: 'replace',
  kinds: ['cross', 'self', 'joint'],
  options: optionsSchema,
  against: 'row',
  add(graph, sites) {
    const cross = graph.input('neg_replace_cross', 'bool', [])
    const self = graph.input('neg_replace_self', 'bool', [])
    const crossRows = graph.input('neg_replace_cross_rows', 'int64', ['neg_rows'])
    const selfRows = graph.input('neg_replace_self_rows', 'int64', ['neg_rows'])
    // P ← P_source taken + P ⊙ kept.
    const taken = graph.input('neg_replace_taken', 'float32', ['neg_rows', 1, 'neg_length', 'neg_length'])
    const either = graph.node('Or', [cross, self])
    const kept = graph.input('neg_replace_kept', 'float32', ['neg_rows', 1, 1, 'neg_length'])
    const mapped = (g: GraphBuilder, own: string) => {
      const source = g.node('Gather', [own, crossRows], { axis: 0 })
      return g.node('Add', [g.node('MatMul', [source, taken]), g.node('Mul', [own, kept])])
    }
    for (const { kind, probabilities, joint } of sites) {
      graph.intercept(probabilities, (original) => {
        const [edited] = graph.if(
          joint ? either : kind === 'cross' ? cross : self,
          (g) => {
            const own = withHeads(g, original)
            if (joint) {
              const parts = jointParts(g, joint)
              const image = g.cast(parts.image(own, 2), 'float32')
              const toText = mapped(g, parts.text(image, 3))
              const toImage = g.node('Gather', [parts.image(image, 3), selfRows], { axis: 0 })
              const changed = g.castLike(parts.join(toImage, toText, 3), own)
              return [asIn(g, parts.join(changed, parts.text(own, 2), 2), original)]
            }
            if (kind === 'self') return [asIn(g, g.node('Gather', [own, selfRows], { axis: 0 }), original)]
            return [asIn(g, mapped(g, g.cast(own, 'float32')), original)]
          },
          () => [original],
        )
        return edited
      })
    }
  },
  feeds({ rows, texts }) {
    const length = texts[0].shape[0]
    const taken = new Float32Array(rows.length * length * length)
    const kept = new Float32Array(rows.length * length).fill(1)
    rows.forEach((row, at) => {
      if (!row?.options.cross) return
      const factor = new Map(row.options.weights)
      for (const [token, weight] of factor) kept[at * length + position(token, length)] = weight
      for (const [token, source] of row.options.tokens ?? Array.from({ length }, (_, i) => [i, i] as const)) {
        position(source, length)
        kept[at * length + position(token, length)] = 0
        taken[(at * length + source) * length + token] = factor.get(token) ?? 1
      }
    })
    const from = (which: 'cross' | 'self') =>
      indices(rows.map((row, at) => (row?.options[which] ? (row.companion ?? at) : at)))
    return {
      neg_replace_cross: boolean(rows.some((row) => row?.options.cross)),
      neg_replace_self: boolean(rows.some((row) => row?.options.self)),
      neg_replace_cross_rows: from('cross'),
      neg_replace_self_rows: from('self'),
      neg_replace_taken: floats(taken, [rows.length, 1, length, length]),
      neg_replace_kept: floats(kept, [rows.length, 1, 1, length]),
    }
  },
})

function position(token: number, length: number): number {
  if (token < length) return token
  throw new NegError('guidance-option-invalid', `replace: there is no token ${token}; the text has ${length}.`, {
    where: 'tokens',
  })
}
