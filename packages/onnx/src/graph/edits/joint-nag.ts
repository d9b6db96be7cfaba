import type * as z from 'zod'
import type { SiteValue } from '../attention-site'
import type { GraphBuilder } from '../graph-builder'
import { asIn } from '../heads'
import { type JointParts, jointParts } from '../joint-parts'
import { boolean, defineEdit, floats, indices } from './attention-graph-edit'
import { nagOptions, pushedAway } from './nag'

/**
 * Normalized attention guidance where text and picture are one sequence, as its authors have it for Flux and Stable Diffusion 3: the
 * negative's text goes through the network beside the prompt's, as a second row of the same call, and both meet one picture. In each
 * joint layer the row's picture is pushed away from what it would be with the negative (`pushedAway`), and both rows go on with that.
 *
 * In layers that project both streams apart the second row's picture is the first's. In single-stream layers it is a stream of its
 * own from where both streams become one.
 *
 * Source: Chen et al. 2025 (arXiv 2505.21179), NAGFluxAttnProcessor2_0 and NAGJointAttnProcessor2_0. Neutral: s = 1, or α = 0. No further
 * pass is run; the call has a row more.
 */
export const jointNag = defineEdit<z.infer<typeof nagOptions>>({
  name: 'nag',
  kinds: ['joint'],
  options: nagOptions,
  against: 'row',
  closed: true,
  add(graph, sites) {
    const on = graph.input('neg_nag', 'bool', [])
    // Whose picture each row has, and which row holds its negative.
    const images = graph.input('neg_nag_images', 'int64', ['neg_rows'])
    const against = graph.input('neg_nag_against', 'int64', ['neg_rows'])
    const parameters = graph.input('neg_nag_parameters', 'float32', [3, 'neg_rows', 1, 1, 1])
    const change = (
      value: SiteValue,
      first: 'text' | 'image',
      axis: number,
      of: (g: GraphBuilder, image: string, parts: JointParts) => string,
    ) =>
      graph.intercept(value, (original) => {
        const [edited] = graph.if(
          on,
          (g) => {
            const parts = jointParts(g, { first })
            const image = parts.image(original, axis)
            return [parts.join(of(g, image, parts), parts.text(original, axis), axis)]
          },
          () => [original],
        )
        return edited
      })
    const shared = (g: GraphBuilder, image: string) => g.node('Gather', [image, images], { axis: 0 })
    for (const { joint, query, output } of sites) {
      if (!joint) continue
      const { first, key, value, stream } = joint
      if (stream) change(stream, first, 1, shared)
      if (key && value) {
        change(query, first, 2, shared)
        // Transposed, as the product has it.
        change(key, first, 3, shared)
        change(value, first, 2, shared)
      }
      change(output, first, 2, (g, image) => {
        const positive = g.cast(image, 'float32')
        const negative = g.node('Gather', [positive, against], { axis: 0 })
        return asIn(g, shared(g, pushedAway(g, parameters, positive, negative)), image)
      })
    }
  },
  feeds({ rows }) {
    const at = rows.map((_, i) => i)
    const [images, against] = [[...at], [...at]]
    const parameters = new Float32Array(3 * rows.length)
    rows.forEach((row, i) => {
      const { scale, tau, alpha } = row?.options ?? { scale: 1, tau: 1, alpha: 0 }
      ;[scale, tau, alpha].forEach((value, n) => {
        parameters[n * rows.length + i] = value
      })
      if (row?.companion === undefined) return
      against[i] = row.companion
      images[row.companion] = i
    })
    const any = rows.some((row) => row && row.options.scale !== 1 && row.options.alpha !== 0)
    return {
      neg_nag: boolean(any),
      neg_nag_images: indices(images),
      neg_nag_against: indices(against),
      neg_nag_parameters: floats(parameters, [3, rows.length, 1, 1, 1]),
    }
  },
})
