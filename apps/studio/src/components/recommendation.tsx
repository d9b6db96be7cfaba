import type { RecommendedExample } from '@neg/core'
import { recommended } from '../state/defaults'
import { edit, editing, fromRecipe } from '../state/draft'
import { say } from '../strings'

const titleOf = ({ prompt, negatives = [] }: RecommendedExample): string =>
  negatives.length === 0
    ? prompt
    : say().promptWithout(
        prompt,
        negatives.map(({ text }) => text),
      )

const take = ({ prompt, negatives = [], seed, scale }: RecommendedExample): void =>
  edit({
    prompt,
    negatives: fromRecipe({ prompt, negatives: [...negatives] }).negatives,
    ...(seed === undefined ? {} : { seed }),
    scale,
  })

/** What the model's makers say of it: recipes to begin with, and the words that it knows. */
export function Recommendation() {
  const { examples: all = [], knows = {} } = recommended.value
  // They are whole pictures.
  const examples = editing.value ? [] : all
  const kinds = Object.entries(knows)
  if (examples.length === 0 && kinds.length === 0) return null
  return (
    <>
      {examples.length > 0 && (
        <ul class="row wrap examples small" aria-label={say().examples}>
          {examples.map((example) => (
            <li key={titleOf(example)}>
              <button type="button" class="chip" onClick={() => take(example)}>
                {titleOf(example)}
              </button>
            </li>
          ))}
        </ul>
      )}
      {kinds.length > 0 && (
        <details class="more small">
          <summary>{say().modelKnows}</summary>
          {kinds.map(([kind, words]) => (
            <p key={kind}>
              <strong>{kind}</strong>: <span class="quiet">{words.join(', ')}</span>
            </p>
          ))}
        </details>
      )}
    </>
  )
}
