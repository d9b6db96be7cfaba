import { expect, test } from 'vitest'
import { captureWarnings } from './capture-warnings'
import { prepareRun } from './prepare-run'
import { distinctInputs } from './prompts'
import type { RunCapture } from './run'
import { toyModel } from './toy-model.test-helper'

/** A run of 'a pirate' against 'eye patch', and what is said of a capture. */
function saidOf(roles: string[], tokens: RunCapture['tokens']): string[] {
  const { prompts } = prepareRun(toyModel(), { prompt: 'a pirate', negatives: ['eye patch'] }).plan
  const conditionings = new Map(
    [...distinctInputs(prompts)].map(([id, prompt]) => {
      const words = (prompt.text ?? '').split(' ').map((word, i) => ({ word, tokens: [i + 1] }))
      return [id, { id, prompt, words, length: 77, warnings: [], release: () => {} }] as const
    }),
  )
  return captureWarnings({ roles, tokens, maps: false }, prompts, conditionings).map(({ message }) => message)
}

test('nothing is said where all that is watched is there', () => {
  expect(saidOf(['positive', 'negative'], ['pirate', 'Eye patch', 3])).toEqual([])
  expect(saidOf(['null'], 'all')).toEqual([])
})

test('a role and a word that this run lacks are named', () => {
  expect(saidOf(['concept'], 'words')).toEqual([expect.stringMatching(/'concept'.*positive, null, negative/)])
  // The negative has it, but only the prompt is watched.
  expect(saidOf(['positive'], ['patch'])).toEqual([expect.stringContaining("'patch'")])
})
