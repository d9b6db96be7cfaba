import { withoutNetworks } from './extra-networks'
import { isConstant, parsePromptTiming, promptAt } from './prompt-timing'
import { parsePromptWeights, type WeightedText } from './prompt-weights'

/** What is to be encoded for a prompt, and which of it holds when. */
export interface PromptSchedule {
  /** Each distinct text with its weights, once, in the order of first use. */
  readonly distinct: readonly WeightedText[]
  /** Index into `distinct` at a step of the full schedule, counted from 0. */
  at(step: number): number
}

/**
 * A prompt over the run.
 *
 * `plain`: the text as it stands, at every step. `a1111`: prompt weights (`(x:1.3)`, `[x]`) and prompt timing
 * (`[a:b:when]`, `[a|b]`) and `BREAK`; see `parsePromptWeights` and `parsePromptTiming`. `AND` was taken apart before
 * (`composeAnd`); what names an extra network is left out.
 *
 * @param steps scheduler steps of the FULL schedule; fractions are of these.
 * @throws `prompt-invalid` where brackets nest more than 100 deep.
 */
export function promptSchedule(text: string, syntax: 'plain' | 'a1111', steps: number): PromptSchedule {
  if (syntax === 'plain') return { distinct: [{ text }], at: () => 0 }
  const { text: own } = withoutNetworks(text)
  const timed = parsePromptTiming(own, steps)
  if (isConstant(timed)) return { distinct: [parsePromptWeights(own)], at: () => 0 }

  const distinct: WeightedText[] = []
  const known = new Map<string, number>()
  const indices = Array.from({ length: Math.max(steps, 1) }, (_, step) => {
    const written = promptAt(timed, step)
    const index = known.get(written) ?? indexOf(distinct, parsePromptWeights(written))
    known.set(written, index)
    return index
  })
  return { distinct, at: (step) => indices[Math.min(Math.max(step, 0), indices.length - 1)] }
}

/** Where an equal text is in `list`, adding it if there is none. */
function indexOf(list: WeightedText[], wanted: WeightedText): number {
  const key = JSON.stringify(wanted)
  const found = list.findIndex((one) => JSON.stringify(one) === key)
  return found >= 0 ? found : list.push(wanted) - 1
}
