/** Densities on a line: what guidance draws and what its formula is read as; plain SVG, light or dark. */

const panel = { width: 300, height: 170, left: 20, right: 20, top: 34, bottom: 34 }
const [from, to] = [-9.5, 2.5]
const bandwidth = 0.07
const shown = [
  [1, 0],
  [2, 0],
  [5, 0],
  [7.5, 0],
  [1, 1],
  [5, 4],
]

/** A smooth density of evenly spaced quantiles. */
function smooth(quantiles) {
  const points = []
  for (let x = from; x <= to; x += 0.02) {
    const sum = quantiles.reduce((total, q) => total + Math.exp(-(((x - q) / bandwidth) ** 2) / 2), 0)
    points.push([x, sum / (quantiles.length * bandwidth * Math.sqrt(2 * Math.PI))])
  }
  return points
}

export function densityPlot(rows) {
  const panels = shown.map(([s, n]) => rows.find(({ positive, negative }) => positive === s && negative === n))
  const width = panel.width + panel.left + panel.right
  const height = panel.height + panel.top + panel.bottom
  const columns = 3
  const drawn = panels.map((row, i) => {
    const at = `translate(${(i % columns) * width} ${Math.floor(i / columns) * height})`
    return `<g transform="${at}">${drawPanel(row)}</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${columns * width} ${Math.ceil(panels.length / columns) * height}" font-family="system-ui, sans-serif" font-size="12">
<title>Densities drawn by guidance, and the densities that its formula is read as</title>
<style>
  svg { background: #fff; } .ink { fill: #1c1c1e; } .grid { stroke: #0000001f; }
  @media (prefers-color-scheme: dark) { svg { background: #15161a; } .ink { fill: #e9e9ee; } .grid { stroke: #ffffff24; } }
</style>
${drawn.join('\n')}
</svg>
`
}

function drawPanel({ positive, negative, drawn, read }) {
  const curves = [smooth(drawn), smooth(read)]
  const most = Math.max(...curves.flat().map(([, y]) => y))
  const x = (value) => panel.left + ((value - from) / (to - from)) * panel.width
  const y = (value) => panel.top + (1 - value / most) * panel.height
  const line = (points) => points.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(' ')
  const ticks = [-9, -6, -3, -2, -1, 0, 1, 2].map(
    (value) =>
      `<line class="grid" x1="${x(value)}" x2="${x(value)}" y1="${panel.top}" y2="${panel.top + panel.height}"/>` +
      `<text class="ink" x="${x(value)}" y="${panel.top + panel.height + 16}" text-anchor="middle" font-size="10">${value}</text>`,
  )
  return [
    `<text class="ink" x="${panel.left}" y="${panel.top - 12}" font-size="14" font-weight="600">s⁺ ${positive}, s⁻ ${negative}</text>`,
    `<text x="${panel.left + 150}" y="${panel.top - 12}" fill="#2a6fdb">drawn</text>`,
    `<text x="${panel.left + 200}" y="${panel.top - 12}" fill="#d1495b">read</text>`,
    ...ticks,
    `<polyline points="${line(curves[1])}" fill="none" stroke="#d1495b" stroke-width="1.6" stroke-dasharray="5 3"/>`,
    `<polyline points="${line(curves[0])}" fill="none" stroke="#2a6fdb" stroke-width="1.8"/>`,
  ].join('\n')
}
