const percent = ({ value, low, high }) =>
  `${(100 * value).toFixed(0)} % (${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)})`

/** The table as Markdown. */
export function report(rows) {
  const lines = rows.map(({ name, removed, distance, kept, naturalness, rows }) => {
    const cells = [
      name,
      percent(removed),
      `${distance.value.toFixed(3)} (±${(distance.high - distance.value).toFixed(3)})`,
      `${(100 * kept.value).toFixed(1)} %`,
      naturalness.value.toFixed(1),
      rows.value.toFixed(0),
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [
    '| method · guidance | removed (95 %) | distance to the truth | others kept | naturalness | rows |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n')
}
