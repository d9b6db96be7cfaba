const [width, height] = [760, 520]
const margin = { left: 64, right: 180, top: 24, bottom: 52 }

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** Removal against distance, an SVG: each method a point with both intervals, the Pareto front filled and joined. */
export function plot(rows, isFront) {
  const most = Math.max(...rows.map(({ distance }) => distance.high)) * 1.05
  const x = (value) => margin.left + (value / most) * (width - margin.left - margin.right)
  const y = (value) => height - margin.bottom - value * (height - margin.top - margin.bottom)
  const line = (x1, y1, x2, y2, extra = '') =>
    `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" ${extra}/>`
  const text = (at, up, label, extra = '') =>
    `<text x="${at.toFixed(1)}" y="${up.toFixed(1)}" ${extra}>${escaped(label)}</text>`
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    line(margin.left, y(share), width - margin.right, y(share), 'stroke="#8884" '),
    text(margin.left - 8, y(share) + 4, `${100 * share} %`, 'text-anchor="end"'),
  ])
  const step = most > 0.2 ? 0.05 : 0.02
  for (let value = 0; value <= most; value += step) {
    ticks.push(text(x(value), height - margin.bottom + 18, value.toFixed(2), 'text-anchor="middle"'))
  }
  const front = rows.filter(isFront).sort((a, b) => a.distance.value - b.distance.value)
  const path = front.map(({ distance, removed }) => `${x(distance.value).toFixed(1)},${y(removed.value).toFixed(1)}`)
  const points = rows.flatMap((row) => {
    const [px, py] = [x(row.distance.value), y(row.removed.value)]
    return [
      line(x(row.distance.low), py, x(row.distance.high), py, 'stroke="#4678b8" stroke-width="1" '),
      line(px, y(row.removed.low), px, y(row.removed.high), 'stroke="#4678b8" stroke-width="1" '),
      `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="4.5" stroke="#4678b8" fill="${isFront(row) ? '#4678b8' : '#fff'}"><title>${escaped(row.name)}</title></circle>`,
    ]
  })
  const labels = spread(rows.map((row) => ({ name: row.name, at: y(row.removed.value), px: x(row.distance.value) })))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11" fill="#556">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...ticks,
    text(
      (margin.left + width - margin.right) / 2,
      height - 12,
      'distance to the picture without a negative (RMS of RGB)',
      'text-anchor="middle"',
    ),
    `<text transform="translate(16 ${height / 2}) rotate(-90)" text-anchor="middle">removed what the negative names</text>`,
    `<polyline points="${path.join(' ')}" fill="none" stroke="#4678b8" stroke-dasharray="4 3"/>`,
    ...points,
    ...labels.flatMap(({ name, at, up, px }) => [
      line(px + 6, at, width - margin.right + 4, up - 4, 'stroke="#8886" stroke-width="0.5" '),
      text(width - margin.right + 8, up, name),
    ]),
    '</svg>',
    '',
  ].join('\n')
}

/** Labels in a column, none over another. */
function spread(labels) {
  const sorted = labels.sort((a, b) => a.at - b.at)
  let last = margin.top - 8
  for (const label of sorted) last = label.up = Math.max(label.at + 4, last + 13)
  const over = Math.max(0, last - (height - 8))
  return sorted.map((label) => ({ ...label, up: label.up - over }))
}
