import { axis, colorOf, faint, label, line, moved, picture, polyline } from '../../packages/core/dist/plot/svg.js'

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

/** Densities on a line: what guidance draws and what its formula is read as. */
export function densityPlot(rows) {
  const panels = shown.map(([s, n]) => rows.find(({ positive, negative }) => positive === s && negative === n))
  const width = panel.width + panel.left + panel.right
  const height = panel.height + panel.top + panel.bottom
  return picture(
    'Densities drawn by guidance, and the densities that its formula is read as',
    [3 * width, Math.ceil(panels.length / 3) * height],
    panels.map((row, i) => moved([(i % 3) * width, Math.floor(i / 3) * height], drawPanel(row))),
  )
}

function drawPanel({ positive, negative, drawn, read }) {
  const curves = [smooth(drawn), smooth(read)]
  const most = Math.max(...curves.flat().map(([, y]) => y))
  const bottom = panel.top + panel.height
  const x = axis([from, to], [panel.left, panel.left + panel.width])
  const y = axis([0, most], [bottom, panel.top])
  const placed = (points) => points.map(([a, b]) => [x(a), y(b)])
  const [ofDrawn, ofRead] = [colorOf(0), colorOf(1)]
  return [
    label([panel.left, panel.top - 12], `s⁺ ${positive}, s⁻ ${negative}`, { 'font-size': 14, 'font-weight': 600 }),
    label([panel.left + 150, panel.top - 12], 'drawn', { fill: ofDrawn }),
    label([panel.left + 200, panel.top - 12], 'read', { fill: ofRead }),
    ...[-9, -6, -3, -2, -1, 0, 1, 2].flatMap((value) => [
      line([x(value), panel.top], [x(value), bottom], faint),
      label([x(value), bottom + 16], String(value), { 'text-anchor': 'middle', 'font-size': 10 }),
    ]),
    polyline(placed(curves[1]), { stroke: ofRead, 'stroke-width': 1.6, 'stroke-dasharray': '5 3' }),
    polyline(placed(curves[0]), { stroke: ofDrawn, 'stroke-width': 1.8 }),
  ]
}
