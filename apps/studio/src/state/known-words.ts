import { computed } from '@preact/signals'
import { wordsIn } from '../lib/known-words'
import { recommended } from './defaults'

/** The words that the model's makers list, and those of their examples; none where they list none. */
export const knownWords = computed(() => {
  const { knows, examples = [] } = recommended.value
  if (!knows) return new Set<string>()
  const said = examples.flatMap(({ prompt, negatives = [] }) => [prompt, ...negatives.map(({ text }) => text)])
  return wordsIn([...Object.values(knows).flat(), ...said])
})
