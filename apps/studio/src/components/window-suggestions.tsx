import type { TriedWindow } from '@neg/core/analysis'
import { type SeenNegative, seenNegative } from '../lib/attention'
import { decimal } from '../lib/format'
import { specsOf } from '../lib/spec'
import { stepsOf } from '../lib/window-steps'
import { alwaysOn, editNegative, negatives } from '../state/draft'
import { busy } from '../state/queue'
import { type Picture, pictures } from '../state/run'
import { candidateName, trial, tryWindows } from '../state/try-windows'
import { more, say } from '../strings'
import '../styles/windows.css'

const stepsText = ({ name, window }: TriedWindow, steps: number): string => {
  if (name === 'always') return say().always
  if (window.of !== 'schedule') return `${window.from} – ${window.to} ${window.of}`
  const [from, to] = stepsOf(window, steps)
  return more().stepsFrom(from, to - 1)
}

/** What the pictures of the last trial say, and the window to take, while they are shown. */
export function WindowTrial({ steps }: { steps: number }) {
  const found = trial.value
  if (!found || found.of !== pictures.value) return null
  const { text, choice, seenWithout } = found
  const { chosen, tried, by, outcome } = choice
  const own = negatives.value.find((negative) => negative.text === text)
  return (
    <div class="small trial" role="status">
      <table class="tried">
        <caption class="quiet">
          {by === 'judge' ? more().byJudge(text, decimal(seenWithout ?? 0)) : more().byChange(text)}
        </caption>
        <thead>
          <tr>
            <th scope="col">{more().window}</th>
            <th scope="col">{more().whenColumn}</th>
            {by === 'judge' && <th scope="col">{more().seen}</th>}
            <th scope="col">{more().change}</th>
            <th scope="col">{more().removes}</th>
          </tr>
        </thead>
        <tbody>
          {tried.map((one) => (
            <tr key={one.name} class={one.name === chosen?.name ? 'chosen' : ''}>
              <th scope="row">{candidateName(one)}</th>
              <td>{stepsText(one, steps)}</td>
              {by === 'judge' && <td class="number">{decimal(one.seen ?? 1)}</td>}
              <td class="number">{one.distance.toFixed(3)}</td>
              <td>{one.removes ? more().yes : more().no}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {outcome === 'removes' && chosen && (
        <p class="row wrap">
          <span>
            <strong>{text}</strong> {more().goesWith} <strong>{stepsText(chosen, steps)}</strong>.
          </span>
          {own && (
            <button
              type="button"
              class="button"
              aria-label={more().useWindowFor(text)}
              onClick={() => editNegative(own.id, { window: chosen.name === 'always' ? alwaysOn() : chosen.window })}
            >
              {more().useWindow}
            </button>
          )}
        </p>
      )}
      {outcome === 'nothing-to-remove' && <p>{more().nothingToRemove(text)}</p>}
      {outcome === 'none-removes' && <p>{more().noneRemoves(text)}</p>}
    </div>
  )
}

/** After a picture: what attention says of each of its negatives, and windows to try on it, where it was drawn whole. */
export function WindowSuggestions({ picture, against }: { picture: Picture; against: number }) {
  const { recipe, attention, steps, done } = picture
  if (!done) return null
  const rows = specsOf(recipe).flatMap(({ text }, index) => {
    const seen = seenNegative(attention, index, against, steps)
    return seen ? [{ text, index, seen }] : []
  })
  if (rows.length === 0) return null
  const why = ({ suggestion: { opens, closes } }: SeenNegative) => more().seenBy(opens?.step, closes.step)
  return (
    <ul class="plain-list small">
      {rows.map(({ text, index, seen }) => (
        <li key={index} class="row wrap">
          <span>
            <strong>{text}</strong>: <span class="quiet">{why(seen)}.</span>
          </span>
          {!recipe.image?.region && (
            <button
              type="button"
              class="button"
              disabled={busy.value}
              aria-label={more().tryWindowsFor(text)}
              title={more().tryWindowsAbout}
              onClick={() => void tryWindows(picture, index, seen)}
            >
              {more().tryWindows}
            </button>
          )}
        </li>
      ))}
    </ul>
  )
}
