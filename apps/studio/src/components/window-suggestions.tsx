import type { TriedWindow } from '@neg/core/analysis'
import { type SeenNegative, seenNegative } from '../lib/attention'
import { decimal } from '../lib/format'
import { specsOf } from '../lib/spec'
import { alwaysOn, editNegative, negatives } from '../state/draft'
import { type Picture, phase, pictures } from '../state/run'
import { candidateName, trial, tryWindows } from '../state/try-windows'
import { stepsOf } from './window-track'

const stepsText = ({ name, window }: TriedWindow, steps: number): string => {
  if (name === 'always') return 'always'
  if (window.of !== 'schedule') return `${window.from} to ${window.to} of ${window.of}`
  const [from, to] = stepsOf(window, steps)
  return `step ${from} to ${to - 1}`
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
          {by === 'judge'
            ? `By the model’s judge, which sees ${text} with ${decimal(seenWithout ?? 0)} without the negative.`
            : `By the change where ${text} is looked at: no judge here knows it.`}
        </caption>
        <thead>
          <tr>
            <th scope="col">window</th>
            <th scope="col">when</th>
            {by === 'judge' && <th scope="col">seen</th>}
            <th scope="col">change</th>
            <th scope="col">removes</th>
          </tr>
        </thead>
        <tbody>
          {tried.map((one) => (
            <tr key={one.name} class={one.name === chosen?.name ? 'chosen' : ''}>
              <th scope="row">{candidateName(one)}</th>
              <td>{stepsText(one, steps)}</td>
              {by === 'judge' && <td class="number">{decimal(one.seen ?? 1)}</td>}
              <td class="number">{one.distance.toFixed(3)}</td>
              <td>{one.removes ? 'yes' : 'no'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {outcome === 'removes' && chosen && (
        <p class="row wrap">
          <span>
            <strong>{text}</strong> goes with the least change: <strong>{stepsText(chosen, steps)}</strong>.
          </span>
          {own && (
            <button
              type="button"
              class="button"
              aria-label={`Use this window for ${text}`}
              onClick={() => editNegative(own.id, { window: chosen.name === 'always' ? alwaysOn() : chosen.window })}
            >
              Use this window
            </button>
          )}
        </p>
      )}
      {outcome === 'nothing-to-remove' && <p>Without the negative the picture does not show {text}.</p>}
      {outcome === 'none-removes' && (
        <p>
          No window is suggested: {text} stays with each of them. More strength, or another guidance, may remove it.
        </p>
      )}
    </div>
  )
}

/** After a picture: what attention says of each of its negatives, and windows to try on it. */
export function WindowSuggestions({ picture, against }: { picture: Picture; against: number }) {
  const { recipe, attention, steps, done } = picture
  if (!done) return null
  const rows = specsOf(recipe).flatMap(({ text }, index) => {
    const seen = seenNegative(attention, index, against, steps)
    return seen ? [{ text, index, seen }] : []
  })
  if (rows.length === 0) return null
  const why = ({ suggestion: { opens, closes } }: SeenNegative) =>
    `${opens ? `its attention finds its place in step ${opens.step}` : 'its attention never finds a place'}; r_t has made most of its way by step ${closes.step}`
  return (
    <ul class="plain-list small">
      {rows.map(({ text, index, seen }) => (
        <li key={index} class="row wrap">
          <span>
            <strong>{text}</strong>: <span class="quiet">{why(seen)}.</span>
          </span>
          <button
            type="button"
            class="button"
            disabled={phase.value !== 'idle'}
            aria-label={`Try windows for ${text}`}
            title="Draws without it and with it in a few windows, and suggests the one that removes it with the least change"
            onClick={() => void tryWindows(picture, index, seen)}
          >
            Try windows
          </button>
        </li>
      ))}
    </ul>
  )
}
