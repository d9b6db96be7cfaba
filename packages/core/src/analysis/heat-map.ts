import { NegError } from '../errors/neg-error'
import { type Tensor, tensor, zeros } from '../tensor/tensor'
import { type AttentionSample, columnOf } from './attention-sample'
import { resizeMap } from './resize-map'

/**
 * Where the picture attends to a word: the mean over samples and layers of the word's head-mean maps, each enlarged to
 * `height` × `width`; [height, width]. One sample gives a step's map, all samples of a prompt the run's.
 *
 * Source: Tang et al. 2023 (DAAM, arXiv 2210.04885), with means in place of sums.
 *
 * @param layers which layers count, by name; default all
 * @throws `option-invalid` for a word that was not captured, or captured without maps
 * @experimental
 */
export function heatMap(
  samples: readonly AttentionSample[],
  word: string | number,
  { height, width, layers = () => true }: { height: number; width: number; layers?(name: string): boolean },
): Tensor {
  const sum = zeros([height, width])
  let count = 0
  for (const sample of samples) {
    const column = columnOf(sample, word)
    for (const layer of sample.capture.layers) {
      if (!layers(layer.name)) continue
      if (!layer.maps) {
        throw new NegError('option-invalid', 'Attention was captured without maps; capture with maps: true.')
      }
      const n = layer.height * layer.width
      const own = tensor(layer.maps.slice(column * n, (column + 1) * n), [layer.height, layer.width])
      const large = resizeMap(own, height, width)
      for (let i = 0; i < large.data.length; i++) sum.data[i] += large.data[i]
      count++
    }
  }
  if (count === 0) throw new NegError('option-invalid', `There is no attention to '${word}' to make a heat map of.`)
  return tensor(
    sum.data.map((value) => value / count),
    [height, width],
  )
}
