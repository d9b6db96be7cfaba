import { kernelDistance } from '@neg/core/analysis'

/** From here on the judge says that an attribute is there. */
const threshold = 0.5

/** Share with its 95 % Wilson interval. */
export function share(hits, total) {
  if (total === 0) return { value: Number.NaN, low: Number.NaN, high: Number.NaN, total }
  const z = 1.96
  const p = hits / total
  const middle = (p + z ** 2 / (2 * total)) / (1 + z ** 2 / total)
  const half = (z * Math.sqrt((p * (1 - p)) / total + z ** 2 / (4 * total ** 2))) / (1 + z ** 2 / total)
  return { value: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half), total }
}

/** Mean with its 95 % interval. */
export function average(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1)
  const half = 1.96 * Math.sqrt(variance / values.length)
  return { value: mean, low: mean - half, high: mean + half, total: values.length }
}

/**
 * Per method, against its baseline (the same seeds without a negative):
 * removed — of the pictures that showed the attribute without a negative, the share that no longer do;
 * kept — of all the judge's other attributes, the share judged as without a negative;
 * wanted — of what the prompt asked for and the baseline showed, the share still there;
 * distance — RMS difference of RGB to the baseline's picture; rows — network evaluations;
 * naturalness — kernel distance of the judge's features to those of true portraits without the attribute, a thousandth as its unit: less is
 * more natural. Pictures of one seed belong together.
 *
 * @param naturals for a pair, feature vectors of true portraits
 */
export function summarize(results, methods, naturals) {
  let baseline
  const rows = []
  for (const { name, baseline: isBaseline } of methods) {
    const runs = results[name]
    if (!runs) continue
    if (isBaseline) baseline = new Map(runs.map((run) => [run.id, run]))
    let [had, removed, others, kept, asked, there] = [0, 0, 0, 0, 0, 0]
    for (const run of runs) {
      const before = baseline.get(run.id)
      if (before.seen >= threshold) {
        had++
        if (run.seen < threshold) removed++
      }
      for (const [attribute, probability] of Object.entries(run.other)) {
        const was = before.other[attribute] >= threshold
        const is = probability >= threshold
        others++
        if (was === is) kept++
        if (was && run.pair.wanted.includes(attribute)) {
          asked++
          if (is) there++
        }
      }
    }
    const pairs = [...new Set(runs.map(({ pair }) => pair))]
    const { value, low, high } = kernelDistance(
      runs.map(({ features }) => floats(features)),
      pairs.flatMap(naturals),
      runs.map(({ id }) => id.split('-').at(-1)),
    )
    rows.push({
      name,
      baseline: isBaseline === true,
      runs: runs.length,
      removed: share(removed, had),
      kept: share(kept, others),
      wanted: share(there, asked),
      distance: average(runs.map((run) => run.distance)),
      naturalness: { value: 1000 * value, low: 1000 * low, high: 1000 * high },
      rows: average(runs.map((run) => run.rows)),
    })
  }
  return rows
}

const floats = (base64) => {
  const bytes = Buffer.from(base64, 'base64')
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}
