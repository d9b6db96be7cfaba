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
/** Told apart also by who sees red and green alike (Okabe & Ito). */
const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#999999']

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (found) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[found] ?? found)

const short = (value: number): string => String(Number(value.toFixed(2)))

/** Round numbers across a range. */
export function ticks(low: number, high: number, about = 6): number[] {
  const rough = (high - low || 1) / about
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough
  const found: number[] = []
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++)
    found.push(Number((i * step).toPrecision(12)))
  return found
}

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
  const across = (at: number) => frame.left + ((at - left) / (right - left || 1)) * (width - frame.left - frame.right)
  const up = (value: number) =>
    height - frame.bottom - ((value - low) / (high - low || 1)) * (height - frame.top - frame.bottom)
  const line = (points: readonly (readonly [number, number])[]) =>
    points
      .filter((point) => point.every(Number.isFinite))
      .map(([at, value]) => `${short(across(at))},${short(up(value))}`)
      .join(' ')
  const color = (i: number) => colors[i % colors.length]
  const bottom = height - frame.bottom

  const parts = [
    ...shaded.map(
      ({ from, to, name }) =>
        `<rect x="${short(across(from))}" y="${frame.top}" width="${short(across(to) - across(from))}" height="${bottom - frame.top}" fill="#999" opacity="0.18"><title>${escaped(name)}</title></rect>`,
    ),
    ...ticks(left, right).map(
      (at) =>
        `<line x1="${short(across(at))}" x2="${short(across(at))}" y1="${bottom}" y2="${bottom + 5}" stroke="#444"/><text x="${short(across(at))}" y="${bottom + 20}" text-anchor="middle">${at}</text>`,
    ),
    ...ticks(low, high).map(
      (value) =>
        `<line x1="${frame.left}" x2="${width - frame.right}" y1="${short(up(value))}" y2="${short(up(value))}" stroke="#ddd"/><text x="${frame.left - 8}" y="${short(up(value) + 4)}" text-anchor="end">${value}</text>`,
    ),
    ...levels.map(
      (value) =>
        `<line x1="${frame.left}" x2="${width - frame.right}" y1="${short(up(value))}" y2="${short(up(value))}" stroke="#444" stroke-dasharray="2 4"/>`,
    ),
    ...series.flatMap(({ points, band }, i) => {
      if (!band) return []
      const around = [
        ...points.map(([at], k) => [at, band[k][1]] as const),
        ...points.map(([at], k) => [at, band[k][0]] as const).reverse(),
      ]
      return [`<polygon points="${line(around)}" fill="${color(i)}" opacity="0.15"/>`]
    }),
    ...series.map(
      ({ points, dashed, name }, i) =>
        `<polyline points="${line(points)}" fill="none" stroke="${color(i)}" stroke-width="2"${dashed ? ' stroke-dasharray="6 4"' : ''}><title>${escaped(name)}</title></polyline>`,
    ),
    ...series.map(
      ({ name }, i) =>
        `<rect x="${frame.left + 10}" y="${frame.top + 8 + 18 * i}" width="14" height="4" fill="${color(i)}"/><text x="${frame.left + 30}" y="${frame.top + 14 + 18 * i}">${escaped(name)}</text>`,
    ),
    `<line x1="${frame.left}" x2="${width - frame.right}" y1="${bottom}" y2="${bottom}" stroke="#444"/>`,
    `<text x="${width / 2}" y="24" text-anchor="middle" font-size="15">${escaped(title)}</text>`,
    `<text x="${width / 2}" y="${height - 10}" text-anchor="middle">${escaped(x)}</text>`,
    `<text transform="translate(16 ${(frame.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(y)}</text>`,
  ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}
