import {
  axis,
  colorOf,
  faint,
  label,
  line,
  type Point,
  picture,
  polygon,
  polyline,
  rectangle,
  ticks,
  uprightLabel,
} from './svg'

/** A curve, and the band it lies in. */
export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
  /** At the points' places: [low, high]. */
  readonly band?: readonly (readonly [low: number, high: number])[]
  readonly dashed?: boolean
}

export interface LinePlot {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly series: readonly Series[]
  /** Shaded from one x to another. */
  readonly shaded?: readonly { readonly from: number; readonly to: number; readonly name: string }[]
  /** Horizontal lines that mean something. */
  readonly levels?: readonly number[]
}

const [width, height] = [720, 400]
const frame = { left: 64, right: 20, top: 44, bottom: 52 }

/** The range that values take, with a little room. */
function range(values: readonly number[], room: number): [number, number] {
  const finite = values.filter(Number.isFinite)
  const [low, high] = finite.length > 0 ? [Math.min(...finite), Math.max(...finite)] : [0, 1]
  const more = (high - low || Math.abs(high) || 1) * room
  return [low - more, high + more]
}

/** Curves as an SVG picture; equal input gives equal text. */
export function linePlot({ title, x, y, series, shaded = [], levels = [] }: LinePlot): string {
  const xs = series.flatMap(({ points }) => points.map(([at]) => at))
  const ys = series.flatMap(({ points, band = [] }) => [...points.map(([, value]) => value), ...band.flat()])
  const [left, right] = range([...xs, ...shaded.flatMap(({ from, to }) => [from, to])], 0)
  const [low, high] = range([...ys, ...levels], 0.05)
  const [end, bottom] = [width - frame.right, height - frame.bottom]
  const across = axis([left, right], [frame.left, end])
  const up = axis([low, high], [bottom, frame.top])
  const placed = (points: readonly Point[]) => points.map(([at, value]): Point => [across(at), up(value)])
  const middle = { 'text-anchor': 'middle' }

  return picture(
    title,
    [width, height],
    [
      ...shaded.map(({ from, to, name }) =>
        rectangle(
          [across(from), frame.top],
          [across(to) - across(from), bottom - frame.top],
          { fill: '#999', opacity: 0.18 },
          name,
        ),
      ),
      ...ticks(left, right).flatMap((at) => [
        line([across(at), bottom], [across(at), bottom + 5], { stroke: 'currentColor' }),
        label([across(at), bottom + 20], String(at), middle),
      ]),
      ...ticks(low, high).flatMap((value) => [
        line([frame.left, up(value)], [end, up(value)], faint),
        label([frame.left - 8, up(value) + 4], String(value), { 'text-anchor': 'end' }),
      ]),
      ...levels.map((value) =>
        line([frame.left, up(value)], [end, up(value)], { stroke: 'currentColor', 'stroke-dasharray': '2 4' }),
      ),
      ...series.flatMap(({ points, band }, i) => {
        if (!band) return []
        const above = points.map(([at], k): Point => [at, band[k][1]])
        const below = points.map(([at], k): Point => [at, band[k][0]])
        return [polygon(placed([...above, ...below.reverse()]), { fill: colorOf(i), opacity: 0.15 })]
      }),
      ...series.map(({ points, dashed, name }, i) => {
        const dash = dashed ? '6 4' : undefined
        return polyline(placed(points), { stroke: colorOf(i), 'stroke-width': 2, 'stroke-dasharray': dash }, name)
      }),
      ...series.flatMap(({ name }, i) => [
        rectangle([frame.left + 10, frame.top + 8 + 18 * i], [14, 4], { fill: colorOf(i) }),
        label([frame.left + 30, frame.top + 14 + 18 * i], name),
      ]),
      line([frame.left, bottom], [end, bottom], { stroke: 'currentColor' }),
      label([width / 2, 24], title, { ...middle, 'font-size': 15 }),
      label([width / 2, height - 10], x, middle),
      uprightLabel([16, (frame.top + bottom) / 2], y),
    ],
  )
}
