import {
  axis,
  circle,
  colorOf,
  faint,
  label,
  line,
  picture,
  polyline,
  spread,
  ticks,
  uprightLabel,
} from '../../packages/core/dist/plot/svg.js'

const [width, height] = [760, 520]
const margin = { left: 64, right: 180, top: 24, bottom: 52 }

/** Removal against distance: each method a point with both intervals, the Pareto front filled and joined. */
export function plot(rows, isFront) {
  const most = Math.max(...rows.map(({ distance }) => distance.high)) * 1.05
  const [right, bottom] = [width - margin.right, height - margin.bottom]
  const x = axis([0, most], [margin.left, right])
  const y = axis([0, 1], [bottom, margin.top])
  const stroke = colorOf(0)
  const at = ({ distance, removed }) => [x(distance.value), y(removed.value)]
  const front = rows.filter(isFront).sort((a, b) => a.distance.value - b.distance.value)
  const places = spread(
    rows.map((row) => at(row)[1]),
    13,
  )
  // Labels that would leave the picture below go up together.
  const over = Math.max(0, Math.max(...places) - (height - 12))
  return picture(
    'Removal against distance, by method',
    [width, height],
    [
      ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
        line([margin.left, y(share)], [right, y(share)], faint),
        label([margin.left - 8, y(share) + 4], `${100 * share} %`, { 'text-anchor': 'end' }),
      ]),
      ...ticks(0, most).map((value) => label([x(value), bottom + 18], value.toFixed(2), { 'text-anchor': 'middle' })),
      label([(margin.left + right) / 2, height - 12], 'distance to the picture without a negative (RMS of RGB)', {
        'text-anchor': 'middle',
      }),
      uprightLabel([16, height / 2], 'removed what the negative names'),
      polyline(front.map(at), { stroke, 'stroke-dasharray': '4 3' }),
      ...rows.flatMap((row, i) => {
        const [px, py] = at(row)
        const { distance, removed } = row
        return [
          line([x(distance.low), py], [x(distance.high), py], { stroke }),
          line([px, y(removed.low)], [px, y(removed.high)], { stroke }),
          circle([px, py], 4.5, { stroke, fill: isFront(row) ? stroke : '#fff' }, row.name),
          line([px + 6, py], [right + 4, places[i] - over], { ...faint, 'stroke-width': 0.5 }),
          label([right + 8, places[i] - over + 4], row.name, { 'font-size': 11 }),
        ]
      }),
    ],
  )
}
