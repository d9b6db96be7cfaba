import { isBeside, others, setBeside } from '../state/beside'
import { choose, look } from '../state/model'
import { fail } from '../state/run'
import { more, say } from '../strings'

/** Models that were open here before: to go back to, or to draw with beside the chosen one. */
export function OtherModels() {
  const all = others()
  if (all.length === 0) return null
  return (
    <div class="field">
      <h3 class="label">{more().otherModels}</h3>
      <ul class="plain-list">
        {all.map(({ name, source }) => (
          <li key={JSON.stringify(source)} class="row spread">
            <label class="check">
              <input
                type="checkbox"
                checked={isBeside(source)}
                onChange={(event) => setBeside(source, event.currentTarget.checked)}
              />
              <span>{more().drawOnToo(name)}</span>
            </label>
            <button
              type="button"
              class="button button-small"
              aria-label={say().openModel(name)}
              onClick={() => void choose({ source }).then(look).catch(fail)}
            >
              {more().open}
            </button>
          </li>
        ))}
      </ul>
      <p class="small quiet">{more().drawOnTooAbout}</p>
    </div>
  )
}
