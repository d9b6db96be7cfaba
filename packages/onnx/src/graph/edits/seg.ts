import * as z from 'zod'
import { asIn, withHeads } from '../heads'
import { jointParts } from '../joint-parts'
import { boolean, defineEdit, floats } from './attention-graph-edit'
import { chosenLayers, layersSchema } from './layers'

const optionsSchema = z.strictObject({
  layers: layersSchema.default('mid'),
  blurSigma: z.number().min(0).default(9_999_999),
})

/** 1/2σ² at which exp(−1/2σ²) is zero in any float: no blur. */
const sharp = 1e6

/**
 * Smoothed energy: in the chosen layers queries are blurred over the picture before they meet the keys,
 *
 *   softmax((G_σ Q) Kᵀ/√d) V,
 *
 * G_σ a Gaussian of σ = `blurSigma` cells of the layer, normalised at the picture's edges; at large σ each query is the
 * mean of all. In joint layers only the picture's queries are, as the layer has them (after rotary embedding). Source: Hong, NeurIPS 2024 (arXiv 2408.00760), whose code pads edges by reflection. Neutral: σ = 0.
 */
export const seg = defineEdit<z.infer<typeof optionsSchema>>({
  name: 'seg',
  kinds: ['self', 'joint'],
  options: optionsSchema,
  against: 'none',
  chosen: ({ layers }, names) => chosenLayers(layers, names, 'seg'),
  add(graph, sites) {
    const on = graph.input('neg_seg', 'bool', [])
    // 1/2σ² of each layer and row.
    const sharpness = graph.input('neg_seg_sharpness', 'float32', ['neg_self_layers', 'neg_rows', 1, 1])
    // Height and width of each size that a layer may have, and their products.
    const grids = graph.input('neg_seg_grids', 'int64', ['neg_grids', 2])
    const areas = graph.input('neg_seg_areas', 'int64', ['neg_grids'])
    sites.forEach(({ query, joint }, i) => {
      graph.intercept(query, (original) => {
        const [edited] = graph.if(
          on,
          (g) => {
            const here = g.node('Gather', [sharpness, g.ints([i], true)], { axis: 0 })
            const parts = joint && jointParts(g, joint)
            const q = parts ? parts.image(original, 2) : withHeads(g, original)
            const shape = g.node('Shape', [q])
            const pixels = g.node('Gather', [shape, g.ints([2])], { axis: 0 })
            const level = g.node('ArgMax', [g.cast(g.node('Equal', [areas, pixels]), 'float32')], {
              axis: 0,
              keepdims: 0,
            })
            const grid = g.node('Gather', [grids, level], { axis: 0 })
            const height = g.node('Gather', [grid, g.ints([0])], { axis: 0 })
            const width = g.node('Gather', [grid, g.ints([1])], { axis: 0 })
            const lead = g.node('Gather', [shape, g.ints([0, 1])], { axis: 0 })
            // [batch, heads, height, width, d], blurred along width; then with width and d in one, along height.
            const picture = g.node('Reshape', [
              g.cast(q, 'float32'),
              g.node('Concat', [lead, grid, g.ints([-1])], { axis: 0 }),
            ])
            const along = (size: string) => {
              const index = g.cast(
                g.node('Range', [
                  g.ints([0], true),
                  g.node('Gather', [size, g.ints([0], true)], { axis: 0 }),
                  g.ints([1], true),
                ]),
                'float32',
              )
              const distance = g.node('Sub', [g.unsqueeze(index, [0]), g.unsqueeze(index, [1])])
              const energy = g.node('Mul', [here, g.node('Mul', [distance, distance])])
              return g.node('Softmax', [g.node('Neg', [energy])], { axis: 2 })
            }
            const rowsBlurred = g.node('MatMul', [g.unsqueeze(along(width), [1, 2]), picture])
            const flat = g.node('Reshape', [rowsBlurred, g.node('Concat', [lead, height, g.ints([-1])], { axis: 0 })])
            const blurred = g.node('MatMul', [g.unsqueeze(along(height), [1]), flat])
            if (!parts) return [asIn(g, blurred, original)]
            return [parts.join(asIn(g, blurred, q), parts.text(original, 2), 2)]
          },
          () => [original],
        )
        return edited
      })
    })
  },
  feeds({ rows, grids }, layers) {
    const data = new Float32Array(layers.length * rows.length).fill(sharp)
    let any = false
    rows.forEach((row, at) => {
      if (!row) return
      const { blurSigma } = row.options
      chosenLayers(row.options.layers, layers, 'seg').forEach((chosen, layer) => {
        if (!chosen || blurSigma === 0) return
        any = true
        data[layer * rows.length + at] = Math.min(sharp, 1 / (2 * blurSigma ** 2))
      })
    })
    return {
      neg_seg: boolean(any),
      neg_seg_sharpness: floats(data, [layers.length, rows.length, 1, 1]),
      neg_seg_grids: { type: 'int64', data: BigInt64Array.from(grids.flat(), BigInt), shape: [grids.length, 2] },
      neg_seg_areas: {
        type: 'int64',
        data: BigInt64Array.from(grids, ([h, w]) => BigInt(h * w)),
        shape: [grids.length],
      },
    }
  },
})
