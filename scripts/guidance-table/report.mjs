import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceBlock } from '../lib/replace-block.mjs'

const percent = ({ value, low, high }) =>
  Number.isNaN(value) ? '–' : `${(100 * value).toFixed(0)} % (${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)})`
const plain = ({ value, low, high }, digits) =>
  `${value.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`

/** What is better where it is larger, of a row: the axes of the front. */
const axes = [
  ({ removed }) => removed.value,
  ({ distance }) => -distance.value,
  ({ naturalness }) => -naturalness.value,
]

/** No other method removes at least as much at no greater distance and looks as natural. */
export const onFront = (row, rows) =>
  !rows.some(
    (other) => other !== row && axes.every((of) => of(other) >= of(row)) && axes.some((of) => of(other) > of(row)),
  )

/** What is to be said of a method that removes less than the usual negative prompt and changes the picture more. */
export function worse(row, reference) {
  if (!(row.removed.value < reference.removed.value && row.distance.value > reference.distance.value)) return ''
  const certain = row.removed.high < reference.removed.low && row.distance.low > reference.distance.high
  return `worse than the negative prompt on both axes${certain ? '' : ' (within the intervals)'}`
}

export async function writeReport({ root, summary, seeds, pairs, common, info }) {
  const folder = join(root, 'docs', 'guidance')
  mkdirSync(folder, { recursive: true })
  const { plot } = await import('./plot.mjs') // draws with what was built
  const compared = summary.filter(({ baseline }) => !baseline)
  const noisy = 'negative-prompt, η = 1'
  const reference = (row) =>
    summary.find(({ name }) => name === (['dynamic-negative', noisy].includes(row.name) ? noisy : 'negative-prompt'))
  const table = [
    '| method | removed | distance | naturalness | others kept | wanted kept | evaluations | time | |',
    '|---|---|---|---|---|---|---|---|---|',
    ...summary.map((row) => {
      const notes = row.baseline
        ? 'baseline'
        : [onFront(row, compared) ? 'front' : '', worse(row, reference(row))].filter(Boolean).join(', ')
      return `| ${row.name} | ${percent(row.removed)} | ${plain(row.distance, 3)} | ${plain(row.naturalness, 2)} | ${percent(row.kept)} | ${percent(row.wanted)} | ${row.rows.value.toFixed(1)} | ${row.time.toFixed(2)} | ${notes} |`
    }),
  ].join('\n')
  writeFileSync(
    join(folder, 'table.json'),
    `${JSON.stringify({ model: { id: info.id, digest: info.digest }, common, seeds, pairs, methods: summary }, null, 1)}\n`,
  )
  writeFileSync(
    join(folder, 'front.svg'),
    plot(compared, (row) => onFront(row, compared)),
  )
  const head =
    `${seeds} seeds × ${pairs.length} pairs of prompt and negative, ${common.steps} steps of ${common.scheduler.name}, scale ${common.scale}; ` +
    "95 % intervals in brackets. *Time* is the loop's, as a share of the negative prompt's in the same round, the median of rounds on two cores."
  const document = join(root, 'docs', 'guidance.md')
  writeFileSync(
    document,
    replaceBlock(
      readFileSync(document, 'utf8'),
      'table',
      `${head}\n\n${table}\n\n![Removal against distance](guidance/front.svg)`,
    ),
  )
}
