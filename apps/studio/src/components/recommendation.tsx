import type { RecommendedExample } from '@neg/core'
import { recommended } from '../state/defaults'
import { edit, fromRecipe } from '../state/draft'

const titleOf = ({ prompt, negatives = [] }: RecommendedExample): string =>
  negatives.length === 0 ? prompt : `${prompt}, without ${negatives.map(({ text }) => text).join(', ')}`

const take = ({ prompt, negatives = [], seed, scale }: RecommendedExample): void =>
  edit({
    prompt,
    negatives: fromRecipe({ prompt, negatives: [...negatives] }).negatives,
    ...(seed === undefined ? {} : { seed }),
    scale,
  })

/** What the model's makers say of it: recipes to begin with, and the words that it knows. */
export function Recommendation() {
  const { examples = [], knows = {} } = recommended.value
  const kinds = Object.entries(knows)
  if (examples.length === 0 && kinds.length === 0) return null
  return (
    <details class="more small">
      <summary>What this model knows</summary>
      {examples.length > 0 && (
        <ul class="plain-list" aria-label="Examples">
          {examples.map((example) => (
            <li key={titleOf(example)}>
              <button type="button" class="link" onClick={() => take(example)}>
                {titleOf(example)}
              </button>
            </li>
          ))}
        </ul>
      )}
      {kinds.map(([kind, words]) => (
        <p key={kind}>
          <strong>{kind}</strong>: <span class="quiet">{words.join(', ')}</span>
        </p>
      ))}
    </details>
  )
}
