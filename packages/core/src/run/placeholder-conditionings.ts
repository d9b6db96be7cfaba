import type { Conditioning } from '../model/conditioning'
import { distinctInputs } from './prompts'
import type { RunPlan } from './view'

/** Conditionings in the place of encoded ones, for what is asked before a model encodes; by prompt key: equal prompts have equal ids. */
export function placeholderConditionings({ prompts }: RunPlan): Map<string, Conditioning> {
  return new Map(
    [...distinctInputs(prompts)].map(([id, prompt]) => [
      id,
      { id, prompt, words: [], length: 0, warnings: [], release: () => {} },
    ]),
  )
}
