import { windowFor } from '../lib/attention'
import { editNegative, negatives } from '../state/draft'
import type { Picture } from '../state/run'
import { stepsOf } from './window-track'

/** After a picture whose negatives were on all along: the window that each could do with, and why. */
export function WindowSuggestions({ picture, against }: { picture: Picture; against: number }) {
  const { recipe, attention, steps, done } = picture
  if (!done) return null
  const rows = (recipe.negatives ?? []).flatMap((negative, index) => {
    const spec = typeof negative === 'string' ? { text: negative } : negative
    const found = spec.window ? undefined : windowFor(attention, index, against, steps)
    if (!found) return []
    const [from, to] = stepsOf(found.window as { from: number; to: number; of: 'schedule' }, steps)
    return [{ text: spec.text, from, to, ...found }]
  })
  if (rows.length === 0) return null
  return (
    <ul class="plain-list small">
      {rows.map(({ text, from, to, window, opens, closes }, i) => {
        const own = negatives.value.find((negative) => negative.text === text)
        const why = `${opens ? `its attention finds its place in step ${opens.step}` : 'its attention never finds a place'}; r_t has made most of its way by step ${closes.step}`
        return (
          <li key={i} class="row wrap">
            <span>
              <strong>{text}</strong> would do from step {from} to {to - 1}: <span class="quiet">{why}.</span>
            </span>
            {own && (
              <button
                type="button"
                class="button"
                aria-label={`Use this window for ${text}`}
                onClick={() => editNegative(own.id, { window: { from: window.from, to: window.to, of: 'schedule' } })}
              >
                Use this window
              </button>
            )}
          </li>
        )
      })}
    </ul>
  )
}
