import { type RecipeInput, windowPresets } from '@neg/core'
import { refuse } from './refuse'

type Negative = Exclude<NonNullable<RecipeInput['negatives']>[number], string>
/** A window as a recipe is given it. */
export type WindowInput = NonNullable<Negative['window']>

const fraction = (text: string): number => {
  const [top, bottom = '1'] = text.split('/')
  return Number(top) / Number(bottom)
}

const presets: Readonly<Record<string, WindowInput>> = windowPresets

/** `FROM-TO`, fractions of the run: `0.1-0.5`, or `4/30-15/30` where steps are meant; or a preset's name. */
export function parseWindow(flag: string): (text: string) => WindowInput {
  return (text) => {
    if (Object.hasOwn(presets, text)) return presets[text]
    const edge = String.raw`(\d*\.?\d+(?:/\d+)?)`
    const match = new RegExp(`^${edge}-${edge}$`).exec(text.trim())
    const [from, to] = match ? [fraction(match[1]), fraction(match[2])] : [Number.NaN, Number.NaN]
    if (!(from >= 0 && to <= 1)) {
      throw refuse(
        flag,
        'must be FROM-TO, fractions of the run between 0 and 1, such as 0.1-0.5, or a preset: ' +
          Object.keys(presets).join(', '),
        text,
      )
    }
    if (from >= to) throw refuse(flag, 'must end after it begins: FROM below TO', text)
    return { from, to }
  }
}
