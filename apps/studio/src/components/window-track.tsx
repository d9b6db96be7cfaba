import { windowPresets } from '@neg/core'
import { useRef } from 'preact/hooks'
import { windowHandlers } from '../lib/window-drag'
import { stepsOf } from '../lib/window-steps'
import { recommended } from '../state/defaults'
import { alwaysOn, defaultWindow, editNegative, type NegativeDraft, settings } from '../state/draft'
import { say } from '../strings'

/** Sets a negative's window in steps; the whole run is no window. */
export function setWindow(id: number, first: number, last: number, steps: number): void {
  const always = first === 0 && last === steps
  editNegative(id, { window: always ? alwaysOn() : { from: first / steps, to: last / steps, of: 'schedule' } })
}

/** A timeline of the run on which the window of a negative is dragged; each end is a slider for the keyboard. */
export function WindowTrack({ negative, number }: { negative: NegativeDraft; number: number }) {
  const { id, text, window = defaultWindow.value } = negative
  const { steps } = settings.value
  const [from, to] = stepsOf(window, steps)
  const track = useRef<HTMLDivElement>(null)
  const dragged = {
    from,
    to,
    steps,
    width: () => track.current?.getBoundingClientRect().width ?? 1,
    set: (first: number, last: number) => setWindow(id, first, last, steps),
  }
  const percent = (step: number) => `${(100 * step) / steps}%`
  const name = text.trim() === '' ? say().negative(number) : text
  const always = from === 0 && to === steps
  const when = always ? say().always : say().stepsFromTo(from, to - 1, steps)

  return (
    <div class="window">
      <div class="window-head small">
        <span>{say().when}</span>
        <output class="number">{when}</output>
        <button type="button" class="link" disabled={always} onClick={() => editNegative(id, { window: alwaysOn() })}>
          {say().always}
        </button>
        <button
          type="button"
          class="link"
          title={recommended.value.window ? say().windowOfModel : say().windowOfBan}
          onClick={() => editNegative(id, { window: recommended.value.window ?? windowPresets.ban2024 })}
        >
          {say().forNouns}
        </button>
      </div>
      <div class="track" ref={track} style={{ '--steps': steps }}>
        <div
          class="bar"
          style={{ left: percent(from), width: percent(to - from) }}
          role="slider"
          tabIndex={0}
          aria-label={say().windowOf(name)}
          aria-valuemin={0}
          aria-valuemax={steps - 1}
          aria-valuenow={from}
          aria-valuetext={when}
          {...windowHandlers(dragged, 'both')}
        />
        <div
          class="handle"
          style={{ left: percent(from) }}
          role="slider"
          tabIndex={0}
          aria-label={say().windowStart(name)}
          aria-valuemin={0}
          aria-valuemax={to - 1}
          aria-valuenow={from}
          aria-valuetext={say().fromStep(from)}
          {...windowHandlers(dragged, 'from')}
        />
        <div
          class="handle"
          style={{ left: percent(to) }}
          role="slider"
          tabIndex={0}
          aria-label={say().windowEnd(name)}
          aria-valuemin={from + 1}
          aria-valuemax={steps}
          aria-valuenow={to}
          aria-valuetext={say().upToStep(to - 1)}
          {...windowHandlers(dragged, 'to')}
        />
      </div>
    </div>
  )
}
