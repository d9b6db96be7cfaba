import { NegError, type RecipeInput, type Window } from '@neg/core'
import { specsOf } from '../lib/spec'

/** What a plot may vary along an axis. */
export const axisKinds = ['seed', 'scale', 'strength', 'window', 'steps', 'guidance', 'scheduler', 'prompt'] as const

export type AxisKind = (typeof axisKinds)[number]

/** An axis as the page edits it: what it varies, and its values as they were typed. */
export interface Axis {
  readonly kind: AxisKind
  readonly values: string
}

/** How a plot's pictures are laid out, row by row. */
export interface PlotLayout {
  readonly columns: readonly string[]
  readonly rows: readonly string[]
  readonly columnKind: AxisKind
  readonly rowKind?: AxisKind
}

/** The most pictures of one plot. */
export const mostCells = 400

const refuse = (kind: AxisKind, value: string, expected: string) =>
  new NegError('option-invalid', `${kind}: '${value}' is none. Expected ${expected}.`, { where: kind })

/** `1-5`, `2-10:2`, `1.5`: numbers one after another. Seeds may be larger than numbers are exact. */
function numbersOf(kind: AxisKind, value: string): string[] {
  const range = /^(-?[\d.]+)\s*-\s*(-?[\d.]+)(?:\s*:\s*([\d.]+))?$/.exec(value)
  if (!range) {
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(value)) throw refuse(kind, value, 'a number, or a range such as 1-9 or 2-10:2')
    return [value]
  }
  const [, first, last, by = '1'] = range
  if (kind === 'seed') {
    const [from, to, step] = [first, last, by].map((text) =>
      BigInt(Math.trunc(Number(text)) === Number(text) ? text : 0),
    )
    if (step < 1n || to < from || (to - from) / step >= mostCells) throw refuse(kind, value, 'a range such as 1-9')
    return Array.from({ length: Number((to - from) / step) + 1 }, (_, i) => String(from + BigInt(i) * step))
  }
  const [from, to, step] = [Number(first), Number(last), Number(by)]
  if (!(step > 0) || to < from || (to - from) / step >= mostCells) throw refuse(kind, value, 'a range such as 2-10:2')
  const count = Math.floor((to - from) / step + 1e-9) + 1
  return Array.from({ length: count }, (_, i) => String(Number((from + i * step).toPrecision(12))))
}

/** An axis' values, one label each. @throws `option-invalid` */
export function valuesOf({ kind, values }: Axis): string[] {
  const parts = values
    .split(kind === 'prompt' ? '|' : ',')
    .map((part) => part.trim())
    .filter((part, i) => part !== '' || (kind === 'prompt' && i > 0))
  const numeric = kind === 'seed' || kind === 'scale' || kind === 'steps' || kind === 'strength'
  const all = numeric ? parts.flatMap((part) => numbersOf(kind, part)) : parts
  if (all.length === 0) throw refuse(kind, values, 'one value at least')
  return all
}

function windowFrom(value: string): Window {
  if (value === 'always') return { from: 0, to: 1, of: 'schedule' }
  const [, from, to] = /^([\d.]+)\s*-\s*([\d.]+)$/.exec(value) ?? []
  const window = { from: Number(from), to: Number(to), of: 'schedule' } as const
  if (from === undefined || !(window.from < window.to) || window.to > 1) {
    throw refuse('window', value, 'two shares of the run such as 0.2-0.6, or always')
  }
  return window
}

const eachNegative = (recipe: RecipeInput, change: Partial<ReturnType<typeof specsOf>[number]>): RecipeInput => ({
  ...recipe,
  negatives: specsOf(recipe).map((negative) => ({ ...negative, ...change })),
})

/** A recipe with one value of an axis. `first` is the axis' first value, which a prompt axis looks for. */
export function withValue(recipe: RecipeInput, kind: AxisKind, value: string, first: string): RecipeInput {
  switch (kind) {
    case 'seed':
      return { ...recipe, seed: value }
    case 'scale':
      return { ...recipe, scale: Number(value) }
    case 'steps': {
      const { timesteps: _timesteps, sigmas: _sigmas, ...rest } = recipe
      return { ...rest, steps: Number(value) }
    }
    case 'strength':
      return eachNegative(recipe, { scale: Number(value) })
    case 'window':
      return eachNegative(recipe, { window: windowFrom(value) })
    case 'guidance':
      return { ...recipe, guidance: value }
    case 'scheduler':
      return { ...recipe, scheduler: value }
    case 'prompt': {
      const replaced = (text: string) => text.replaceAll(first, value)
      const texts = [recipe.prompt, ...specsOf(recipe).map(({ text }) => text)]
      if (!texts.some((text) => text.includes(first)))
        throw refuse('prompt', first, 'a part of the prompt or of a negative')
      return {
        ...recipe,
        prompt: replaced(recipe.prompt),
        negatives: specsOf(recipe).map((negative) => ({ ...negative, text: replaced(negative.text) })),
      }
    }
  }
}

/**
 * The recipes of a plot over one axis or two, row by row.
 * @throws `option-invalid` naming axis and value
 */
export function plotOf(
  recipe: RecipeInput,
  across: Axis,
  down?: Axis,
): { layout: PlotLayout; cells: { label: string; recipe: RecipeInput }[] } {
  const columns = valuesOf(across)
  const rows = down ? valuesOf(down) : ['']
  const most = columns.length * rows.length
  if (most > mostCells) throw new NegError('option-invalid', `${most} pictures are more than ${mostCells}.`)
  const cells = rows.flatMap((row) =>
    columns.map((column) => {
      const one = down ? withValue(recipe, down.kind, row, rows[0]) : recipe
      const label = [`${across.kind} ${column}`, ...(down ? [`${down.kind} ${row}`] : [])].join(', ')
      return { label, recipe: withValue(one, across.kind, column, columns[0]) }
    }),
  )
  return {
    layout: { columns, rows, columnKind: across.kind, ...(down ? { rowKind: down.kind } : {}) },
    cells,
  }
}
