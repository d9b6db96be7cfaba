import { comparing } from '../state/compare'
import { draft, edit, negatives, newNegative } from '../state/draft'
import { drawNow } from './app'
import { DrawBar } from './draw-bar'
import { NegativeRow } from './negative-row'
import { Recommendation } from './recommendation'

export function Composer() {
  const { prompt, negatives: rows } = draft.value
  const add = () => {
    edit({ negatives: [...rows, newNegative('')] })
    queueMicrotask(() => {
      requestAnimationFrame(() =>
        document.querySelector<HTMLInputElement>('.negative:last-of-type .negative-text')?.focus(),
      )
    })
  }
  return (
    <form
      class="card composer"
      onSubmit={(event) => {
        event.preventDefault()
        drawNow()
      }}
    >
      <div class="field">
        <label class="label label-positive" for="prompt">
          What it should be
        </label>
        <textarea
          id="prompt"
          class="input prompt"
          rows={2}
          value={prompt}
          onInput={(event) => edit({ prompt: event.currentTarget.value })}
          placeholder="a wizard with a long beard, night sky"
        />
      </div>
      <fieldset class="negatives">
        <legend class="label label-negative">What it should not be</legend>
        {rows.length === 0 && (
          <p class="quiet hint">No negatives. Add one to say what to leave out, how strongly, and when.</p>
        )}
        {rows.map((negative, i) => (
          <NegativeRow key={negative.id} negative={negative} number={i + 1} />
        ))}
        <button type="button" class="button button-negative" onClick={add}>
          <span aria-hidden="true">+</span> Add a negative
        </button>
      </fieldset>
      <label class="check">
        <input
          type="checkbox"
          checked={comparing.value}
          disabled={negatives.value.length === 0}
          onChange={(event) => {
            comparing.value = event.currentTarget.checked
          }}
        />
        <span>
          Compare on one seed: without, with, and with in its window
          {negatives.value.length === 0 && <span class="quiet"> (needs a negative)</span>}
        </span>
      </label>
      <Recommendation />
      <DrawBar />
    </form>
  )
}
