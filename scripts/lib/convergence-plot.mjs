import {
  axis,
  colorOf,
  faint,
  isSecondRound,
  label,
  line,
  moved,
  picture,
  polyline,
  spread,
} from '../../packages/core/dist/plot/svg.js'

const panel = { width: 330, height: 380, left: 52, right: 200, top: 46, bottom: 44 }
const floor = 1e-6

const groups = [
  ['First order', ({ order }) => order > 0.5 && order < 1.45],
  ['Second order', ({ order }) => order >= 1.45 && order < 2.45],
  ['Third order', ({ order }) => order >= 2.45],
  ['For distilled networks', ({ order }) => order <= 0.5],
]

/** Small multiples of errors over steps, one panel an order. */
export function convergencePlot(measured, stepCounts) {
  const panels = groups.map(([title, belongs]) => [title, measured.filter(belongs)]).filter(([, lines]) => lines.length)
  const width = panel.width + panel.left + panel.right
  const height = panel.height + panel.top + panel.bottom
  return picture(
    'Error in distribution on Gaussian data over the number of steps',
    [2 * width, Math.ceil(panels.length / 2) * height],
    panels.map(([title, lines], i) =>
      moved([(i % 2) * width, Math.floor(i / 2) * height], drawPanel(title, lines, stepCounts)),
    ),
  )
}

function drawPanel(title, lines, stepCounts) {
  const kept = lines.map(({ label, errors }) => ({ label, errors: errors.map((e) => Math.log10(Math.max(e, floor))) }))
  const all = kept.flatMap(({ errors }) => errors)
  const [low, high] = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))]
  const [right, bottom] = [panel.left + panel.width, panel.top + panel.height]
  const x = axis([stepCounts[0], stepCounts.at(-1)].map(Math.log2), [panel.left, right])
  const y = axis([low, high], [bottom, panel.top])
  const steps = stepCounts.map((n) => x(Math.log2(n)))

  const decades = Array.from({ length: high - low + 1 }, (_, i) => low + i)
  const places = spread(
    kept.map(({ errors }) => y(errors.at(-1))),
    14,
  )
  return [
    ...decades.flatMap((decade) => [
      line([panel.left, y(decade)], [right, y(decade)], faint),
      label([panel.left - 8, y(decade) + 4], '10', { 'text-anchor': 'end' }, decade),
    ]),
    ...stepCounts.flatMap((n, i) => [
      line([steps[i], panel.top], [steps[i], bottom], faint),
      label([steps[i], bottom + 18], String(n), { 'text-anchor': 'middle' }),
    ]),
    label([panel.left + panel.width / 2, bottom + 36], 'steps', { 'text-anchor': 'middle' }),
    label([panel.left, panel.top - 18], title, { 'font-size': 15, 'font-weight': 600 }),
    label([panel.left - 44, panel.top - 18], 'error', { 'font-size': 11 }),
    ...kept.flatMap(({ label: name, errors }, i) => {
      const stroke = colorOf(i)
      const dash = isSecondRound(i) ? '5 3' : undefined
      return [
        polyline(
          errors.map((error, k) => [steps[k], y(error)]),
          { stroke, 'stroke-width': 1.8, 'stroke-dasharray': dash },
        ),
        line([right, y(errors.at(-1))], [right + 14, places[i]], { stroke, 'stroke-width': 0.8 }),
        label([right + 17, places[i] + 4], name, { fill: stroke }),
      ]
    }),
  ]
}
