import { kernelDistance } from '@neg/core/analysis'
import { average, share } from '../guidance-table/summary.mjs'

/** From here on the judge says that an attribute is there. */
const threshold = 0.5

const floats = (base64) => {
  const bytes = Buffer.from(base64, 'base64')
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}

/**
 * Per method: removed, of the photographs in which the judge sees the attribute, the share that no longer show it; distance, RMS
 * difference of RGB to the true picture without it; kept, of the judge's other attributes, the share judged as of the true picture;
 * naturalness, kernel distance of the judge's features to those of the true pictures, a thousandth as its unit; rows, network evaluations.
 */
export function summarize({ photo, truth, ...results }) {
  const naturals = truth.map(({ features }) => floats(features))
  const all = Object.entries({ 'the photograph itself': photo, ...results })
  return all.map(([name, runs]) => {
    const had = runs.filter((_, i) => photo[i].seen >= threshold)
    const judgements = runs.flatMap(({ other }, i) =>
      Object.entries(other).map(([key, value]) => value >= threshold === truth[i].other[key] >= threshold),
    )
    const { value, low, high } = kernelDistance(
      runs.map(({ features }) => floats(features)),
      naturals,
    )
    return {
      name,
      runs: runs.length,
      removed: share(had.filter(({ seen }) => seen < threshold).length, had.length),
      kept: share(judgements.filter(Boolean).length, judgements.length),
      distance: average(runs.map((run) => run.distance)),
      naturalness: { value: 1000 * value, low: 1000 * low, high: 1000 * high },
      rows: average(runs.map((run) => run.rows)),
    }
  })
}
