/** Small multiples of errors over steps, one panel an order; plain SVG that follows the reader's light or dark scheme. */

const panel = { width: 330, height: 380, left: 52, right: 200, top: 46, bottom: 44 }
const colours = [
  '#2a6fdb',
  '#d1495b',
  '#2e8b57',
  '#b8860b',
  '#7b4fc9',
  '#008b8b',
  '#c2571a',
  '#6b7280',
  '#a2397d',
  '#4d7c0f',
]
const floor = 1e-6

const groups = [
  ['First order', ({ order }) => order > 0.5 && order < 1.45],
  ['Second order', ({ order }) => order >= 1.45 && order < 2.45],
  ['Third order', ({ order }) => order >= 2.45],
  ['For distilled networks', ({ order }) => order <= 0.5],
]

export function convergencePlot(measured, stepCounts) {
  const panels = groups.map(([title, belongs]) => [title, measured.filter(belongs)]).filter(([, lines]) => lines.length)
  const width = panel.width + panel.left + panel.right
  const height = panel.height + panel.top + panel.bottom
  const columns = 2
  const rows = Math.ceil(panels.length / columns)
  const drawn = panels.map(([title, lines], i) => {
    const at = `translate(${(i % columns) * width} ${Math.floor(i / columns) * height})`
    return `<g transform="${at}">${drawPanel(title, lines, stepCounts)}</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${columns * width} ${rows * height}" font-family="system-ui, sans-serif" font-size="12">
<title>Error in distribution on Gaussian data over the number of steps</title>
<style>
  svg { background: #fff; } .ink { fill: #1c1c1e; } .grid { stroke: #0000001f; } .slope { stroke: #00000055; }
  @media (prefers-color-scheme: dark) { svg { background: #15161a; } .ink { fill: #e9e9ee; } .grid { stroke: #ffffff24; } .slope { stroke: #ffffff66; } }
</style>
${drawn.join('\n')}
</svg>
`
}

function drawPanel(title, lines, stepCounts) {
  const all = lines.flatMap(({ errors }) => errors).map((error) => Math.max(error, floor))
  const [low, high] = [Math.floor(Math.log10(Math.min(...all))), Math.ceil(Math.log10(Math.max(...all)))]
  const [first, last] = [Math.log2(stepCounts[0]), Math.log2(stepCounts.at(-1))]
  const x = (steps) => panel.left + ((Math.log2(steps) - first) / (last - first)) * panel.width
  const y = (error) => panel.top + ((high - Math.log10(Math.max(error, floor))) / (high - low)) * panel.height

  const decades = Array.from({ length: high - low + 1 }, (_, i) => low + i)
  const grid = [
    ...decades.map(
      (d) =>
        `<line class="grid" x1="${panel.left}" x2="${panel.left + panel.width}" y1="${y(10 ** d)}" y2="${y(10 ** d)}"/>`,
    ),
    ...stepCounts.map(
      (n) => `<line class="grid" y1="${panel.top}" y2="${panel.top + panel.height}" x1="${x(n)}" x2="${x(n)}"/>`,
    ),
    ...decades.map(
      (d) =>
        `<text class="ink" x="${panel.left - 8}" y="${y(10 ** d) + 4}" text-anchor="end">10<tspan dy="-5" font-size="9">${d}</tspan></text>`,
    ),
    ...stepCounts.map(
      (n) => `<text class="ink" x="${x(n)}" y="${panel.top + panel.height + 18}" text-anchor="middle">${n}</text>`,
    ),
    `<text class="ink" x="${panel.left + panel.width / 2}" y="${panel.top + panel.height + 36}" text-anchor="middle">steps</text>`,
    `<text class="ink" x="${panel.left}" y="${panel.top - 18}" font-size="15" font-weight="600">${title}</text>`,
    `<text class="ink" x="${panel.left - 44}" y="${panel.top - 18}" font-size="11">error</text>`,
  ]
  const labels = spread(
    lines.map(({ errors }) => y(errors.at(-1))),
    14,
  )
  const curves = lines.map(({ label, errors }, i) => {
    const colour = colours[i % colours.length]
    const dash = i >= colours.length ? ' stroke-dasharray="5 3"' : ''
    const points = errors.map((error, k) => `${x(stepCounts[k]).toFixed(1)},${y(error).toFixed(1)}`)
    const end = [panel.left + panel.width, y(errors.at(-1))]
    return [
      `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.8"${dash}/>`,
      `<line x1="${end[0]}" y1="${end[1].toFixed(1)}" x2="${end[0] + 14}" y2="${labels[i].toFixed(1)}" stroke="${colour}" stroke-width="0.8"/>`,
      `<text x="${end[0] + 17}" y="${(labels[i] + 4).toFixed(1)}" fill="${colour}">${label}</text>`,
    ].join('')
  })
  return [...grid, ...curves].join('\n')
}

/** Positions moved apart to at least `gap`, in their own order. */
function spread(positions, gap) {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a] - positions[b])
  const moved = [...positions]
  for (let pass = 0; pass < 200; pass++) {
    for (let k = 1; k < order.length; k++) {
      const [above, below] = [order[k - 1], order[k]]
      const lack = gap - (moved[below] - moved[above])
      if (lack <= 0) continue
      moved[above] -= lack / 2
      moved[below] += lack / 2
    }
  }
  return moved
}
