import { parseNumber } from './number'
import { parseWindow, type WindowInput } from './window'

/** How strongly and when a negative acts. */
export interface NegativeSettings {
  scale?: number
  window?: WindowInput
}

/** What the options about negatives said, in the order they were given. */
export interface NegativeFlags {
  /** Given before the first `--negative`: for all that have no own. */
  readonly defaults: NegativeSettings
  readonly negatives: readonly ({ readonly text: string } & NegativeSettings)[]
}

/**
 * Collects `--negative`, `--negative-scale` and `--negative-window` in the order of the command line: after a
 * `--negative` the other two belong to it, before the first they are defaults for all.
 */
export function negativeCollector() {
  const defaults: NegativeSettings = {}
  const negatives: ({ text: string } & NegativeSettings)[] = []
  const current = () => negatives.at(-1) ?? defaults
  const scale = parseNumber('--negative-scale')
  const window = parseWindow('--negative-window')
  return {
    negative(text: string): NegativeFlags {
      negatives.push({ text })
      return { defaults, negatives }
    },
    scale(text: string): void {
      current().scale = scale(text)
    },
    window(text: string): void {
      current().window = window(text)
    },
    flags: (): NegativeFlags => ({ defaults, negatives }),
  }
}
