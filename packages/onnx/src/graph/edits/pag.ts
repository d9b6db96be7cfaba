import * as z from 'zod'
import { scoresOf } from '../attention-site'
import { asIn, withHeads } from '../heads'
import { jointParts } from '../joint-parts'
import { boolean, defineEdit } from './attention-graph-edit'
import { chosenLayers, layersSchema } from './layers'

/** A score that no softmax leaves anything of. */
const never = -1e30

const optionsSchema = z.strictObject({ layers: layersSchema.default('mid') })

/**
 * Perturbed attention: in the chosen layers the self-attention map is the identity, so that each pixel attends to itself
 * alone, softmax(QKᵀ/√d) V ← V. In joint layers each token of the picture attends to itself and to the text; the text to all, as
 * diffusers has it for Stable Diffusion 3.
 *
 * Source: Ahn et al., ECCV 2024 (arXiv 2403.17377). Neutral: no layers.
 */
export const pag = defineEdit<z.infer<typeof optionsSchema>>({
  name: 'pag',
  kinds: ['self', 'joint'],
  options: optionsSchema,
  against: 'none',
  chosen: ({ layers }, names) => chosenLayers(layers, names, 'pag'),
  add(graph, sites) {
    const on = graph.input('neg_pag', 'bool', [])
    const chosen = graph.input('neg_pag_rows', 'bool', ['neg_self_layers', 'neg_rows', 1, 1, 1])
    sites.forEach((site, i) => {
      const { output, value, joint } = site
      if (joint) {
        graph.intercept(scoresOf(site), (original) => {
          const [edited] = graph.if(
            on,
            (g) => {
              const here = g.node('Gather', [chosen, g.ints([i], true)], { axis: 0 })
              const image = jointParts(g, joint).isImage(original, -1)
              const pair = g.node('And', [g.unsqueeze(image, [0]), g.unsqueeze(image, [1])])
              const size = g.node('Squeeze', [g.node('Shape', [image])])
              const index = g.node('Range', [g.ints([0], true), size, g.ints([1], true)])
              const itself = g.node('Equal', [g.unsqueeze(index, [0]), g.unsqueeze(index, [1])])
              const other = g.node('And', [pair, g.node('Not', [itself])])
              const masked = g.node('And', [here, other])
              return [
                asIn(
                  g,
                  g.node('Where', [masked, g.castLike(g.float(never), original), withHeads(g, original)]),
                  original,
                ),
              ]
            },
            () => [original],
          )
          return edited
        })
        return
      }
      graph.intercept(output, (original) => {
        const [edited] = graph.if(
          on,
          (g) => {
            const here = g.node('Gather', [chosen, g.ints([i], true)], { axis: 0 })
            return [asIn(g, g.node('Where', [here, withHeads(g, value), withHeads(g, original)]), original)]
          },
          () => [original],
        )
        return edited
      })
    })
  },
  feeds({ rows }, layers) {
    const data = new Uint8Array(layers.length * rows.length)
    rows.forEach((row, at) => {
      if (!row) return
      chosenLayers(row.options.layers, layers, 'pag').forEach((chosen, layer) => {
        data[layer * rows.length + at] = chosen ? 1 : 0
      })
    })
    return {
      neg_pag: boolean(data.some(Boolean)),
      neg_pag_rows: { type: 'bool', data, shape: [layers.length, rows.length, 1, 1, 1] },
    }
  },
})
