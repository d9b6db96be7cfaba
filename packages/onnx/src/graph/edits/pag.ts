import * as z from 'zod'
import { asIn, withHeads } from '../heads'
import { boolean, defineEdit } from './attention-graph-edit'
import { chosenLayers, layersSchema } from './layers'

const optionsSchema = z.strictObject({ layers: layersSchema.default('mid') })

/**
 * Perturbed attention: in the chosen layers the self-attention map is the identity, so that each pixel attends to itself
 * alone, softmax(QKᵀ/√d) V ← V.
 *
 * Source: Ahn et al., ECCV 2024 (arXiv 2403.17377). Neutral: no layers.
 */
export const pag = defineEdit<z.infer<typeof optionsSchema>>({
  name: 'pag',
  kinds: ['self'],
  options: optionsSchema,
  against: 'none',
  chosen: ({ layers }, names) => chosenLayers(layers, names, 'pag'),
  add(graph, sites) {
    const on = graph.input('neg_pag', 'bool', [])
    const chosen = graph.input('neg_pag_rows', 'bool', ['neg_self_layers', 'neg_rows', 1, 1, 1])
    sites.forEach(({ output, value }, i) => {
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
