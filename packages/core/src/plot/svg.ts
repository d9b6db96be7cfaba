/** A place in a picture, in its own units: x to the right, y down. */
export type Point = readonly [x: number, y: number]
/** What is undefined is left out. */
type Attributes = Readonly<Record<string, string | number | undefined>>

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (found) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[found] ?? found)

/** To hundredths: what is finer nobody sees. */
const short = (value: string | number): string =>
  typeof value === 'string' ? escaped(value) : String(Number(value.toFixed(2)))

/** An element; its content is SVG. Equal input gives equal text. */
function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes).map(([key, value]) =>
    value === undefined ? '' : ` ${key}="${short(value)}"`,
  )
  return content === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${content}</${name}>`
}

const finite = (points: readonly Point[]): string =>
  points
    .filter((point) => point.every(Number.isFinite))
    .map((point) => point.map(short).join(','))
    .join(' ')

/** What a pointer that rests on something is told. */
const hint = (title: string | undefined): string => (title === undefined ? '' : element('title', {}, escaped(title)))

export const line = ([x1, y1]: Point, [x2, y2]: Point, attributes: Attributes = {}): string =>
  element('line', { x1, y1, x2, y2, ...attributes })

/** Through all points that are finite. */
export const polyline = (points: readonly Point[], attributes: Attributes, title?: string): string =>
  element('polyline', { points: finite(points), fill: 'none', ...attributes }, hint(title))

export const polygon = (points: readonly Point[], attributes: Attributes): string =>
  element('polygon', { points: finite(points), ...attributes })

export const circle = ([cx, cy]: Point, r: number, attributes: Attributes, title?: string): string =>
  element('circle', { cx, cy, r, ...attributes }, hint(title))

export const rectangle = ([x, y]: Point, [width, height]: Point, attributes: Attributes, title?: string): string =>
  element('rect', { x, y, width, height, ...attributes }, hint(title))

/** A label in the picture's ink, or in a `fill` of its own; with `power`, that is raised behind it. */
export const label = ([x, y]: Point, text: string, attributes: Attributes = {}, power?: number): string =>
  element(
    'text',
    { x, y, fill: 'currentColor', ...attributes },
    escaped(text) + (power === undefined ? '' : element('tspan', { dy: -5, 'font-size': 9 }, String(power))),
  )

/** A label from below to above. */
export const uprightLabel = ([x, y]: Point, text: string): string =>
  element(
    'text',
    { transform: `translate(${short(x)} ${short(y)}) rotate(-90)`, 'text-anchor': 'middle', fill: 'currentColor' },
    escaped(text),
  )

/** Attributes of lines that are only there to read values by. */
export const faint: Attributes = { stroke: 'currentColor', 'stroke-opacity': 0.14 }

/** Parts moved to a place. */
export const moved = ([x, y]: Point, parts: readonly string[]): string =>
  element('g', { transform: `translate(${short(x)} ${short(y)})` }, `\n${parts.join('\n')}\n`)

/** A whole picture, in the reader's light or dark scheme. */
export const picture = (title: string, [width, height]: Point, parts: readonly string[]): string =>
  `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${short(width)} ${short(height)}`,
      'font-family': 'system-ui, sans-serif',
      'font-size': 12,
      role: 'img',
      'aria-label': title,
    },
    [
      '',
      '<style>',
      '  svg { background: #fff; color: #1c1c1e; }',
      '  @media (prefers-color-scheme: dark) { svg { background: #15161a; color: #e9e9ee; } }',
      '</style>',
      ...parts,
      '',
    ].join('\n'),
  )}\n`

/** Values of an axis as places: `from` at `first`, `to` at `last`. */
export const axis =
  ([from, to]: Point, [first, last]: Point) =>
  (value: number): number =>
    first + ((value - from) / (to - from || 1)) * (last - first)

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

/** Positions moved apart to at least `gap`, in their own order. */
export function spread(positions: readonly number[], gap: number): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a] - positions[b])
  const places = [...positions]
  for (let pass = 0; pass < 200; pass++) {
    for (let k = 1; k < order.length; k++) {
      const [above, below] = [order[k - 1], order[k]]
      const lack = gap - (places[below] - places[above])
      if (lack <= 0) continue
      places[above] -= lack / 2
      places[below] += lack / 2
    }
  }
  return places
}

/** Colours of curves, told apart also by who sees red and green alike (Okabe & Ito); then again, dashed. */
const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', 'currentColor', '#999999']
export const colorOf = (i: number): string => colors[i % colors.length]
export const isSecondRound = (i: number): boolean => i >= colors.length
