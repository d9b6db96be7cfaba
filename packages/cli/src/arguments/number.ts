import { refuse } from './refuse'

/** A finite number, written as JavaScript writes numbers. */
export function parseNumber(flag: string): (text: string) => number {
  return (text) => {
    const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN
    if (!Number.isFinite(value)) throw refuse(flag, 'must be a number', text)
    return value
  }
}

/** Pixels from 0, or `none`. */
export function parseFeather(text: string): number | false {
  if (text.trim() === 'none') return false
  const value = parseNumber('--feather')(text)
  if (value < 0) throw refuse('--feather', 'must be a number of pixels from 0, or none', text)
  return value
}

/** A whole number of at least `least` and at most `most`, and a multiple of `multiple`. */
export function parseWhole(
  flag: string,
  least: number,
  multiple = 1,
  most = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  const limits = most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `of at least ${least}`
  const expected = `must be a whole number ${limits}${multiple > 1 ? ` and a multiple of ${multiple}` : ''}`
  return (text) => {
    const value = /^[-+]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN
    if (!(value >= least && value <= most) || value % multiple !== 0) throw refuse(flag, expected, text)
    return value
  }
}
