import { windowPresets } from '@neg/core'
import { useRef } from 'preact/hooks'
import { recommended } from '../state/defaults'
import { alwaysOn, defaultWindow, editNegative, type NegativeDraft, settings } from '../state/draft'

type Part = 'from' | 'to' | 'both'

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

/** The steps in which a window is open. */
export function stepsOf(window: NegativeDraft['window'], steps: number): [from: number, to: number] {
  if (!window || window.of === 'sigma') return [0, steps]
  return [Math.ceil(window.from * steps - 1e-9), Math.ceil(window.to * steps - 1e-9)]
}

/** A timeline of the run on which the window of a negative is dragged; each end is a slider for the keyboard. */
export function WindowTrack({ negative, number }: { negative: NegativeDraft; number: number }) {
  const { id, text, window = defaultWindow.value } = negative
  const { steps } = settings.value
  const [from, to] = stepsOf(window, steps)
  const track = useRef<HTMLDivElement>(null)

  const set = (first: number, last: number) => {
    const always = first === 0 && last === steps
    editNegative(id, { window: always ? alwaysOn() : { from: first / steps, to: last / steps, of: 'schedule' } })
  }
  const move = (part: Part, by: number) => {
    if (part === 'from') set(clamp(from + by, 0, to - 1), to)
    else if (part === 'to') set(from, clamp(to + by, from + 1, steps))
    else {
      const shift = clamp(by, -from, steps - to)
      set(from + shift, to + shift)
    }
  }
  const drag = (part: Part) => (event: PointerEvent) => {
    if (event.button !== 0) return
    event.preventDefault()
    event.stopPropagation()
    const width = track.current?.getBoundingClientRect().width ?? 1
    const start = { x: event.clientX, from, to }
    const handle = event.currentTarget as HTMLElement
    handle.focus()
    handle.setPointerCapture(event.pointerId)
    const onMove = (moved: PointerEvent) => {
      const by = Math.round(((moved.clientX - start.x) / width) * steps)
      if (part === 'from') set(clamp(start.from + by, 0, start.to - 1), start.to)
      else if (part === 'to') set(start.from, clamp(start.to + by, start.from + 1, steps))
      else {
        const shift = clamp(by, -start.from, steps - start.to)
        set(start.from + shift, start.to + shift)
      }
    }
    const onUp = () => {
      handle.removeEventListener('pointermove', onMove)
      handle.removeEventListener('pointerup', onUp)
      handle.removeEventListener('pointercancel', onUp)
    }
    handle.addEventListener('pointermove', onMove)
    handle.addEventListener('pointerup', onUp)
    handle.addEventListener('pointercancel', onUp)
  }
  const keys = (part: Part) => (event: KeyboardEvent) => {
    const by = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -5,
      PageUp: 5,
      Home: -steps,
      End: steps,
    }[event.key]
    if (by === undefined) return
    event.preventDefault()
    move(part, by)
  }
  const percent = (step: number) => `${(100 * step) / steps}%`
  const name = text.trim() === '' ? `negative ${number}` : text
  const always = from === 0 && to === steps

  return (
    <div class="window">
      <div class="window-head small">
        <span>When</span>
        <output class="number">{always ? 'always' : `step ${from} to ${to - 1} of ${steps}`}</output>
        <button type="button" class="link" disabled={always} onClick={() => editNegative(id, { window: alwaysOn() })}>
          always
        </button>
        <button
          type="button"
          class="link"
          title={
            recommended.value.window
              ? 'The window that this model recommends for negatives'
              : 'The window of Ban et al. 2024, for nouns'
          }
          onClick={() => editNegative(id, { window: recommended.value.window ?? windowPresets.ban2024 })}
        >
          for nouns
        </button>
      </div>
      <div class="track" ref={track} style={{ '--steps': steps }}>
        <div
          class="bar"
          style={{ left: percent(from), width: percent(to - from) }}
          role="slider"
          tabIndex={0}
          aria-label={`Window of ${name}`}
          aria-valuemin={0}
          aria-valuemax={steps - 1}
          aria-valuenow={from}
          aria-valuetext={always ? 'always' : `step ${from} to ${to - 1} of ${steps}`}
          onPointerDown={drag('both')}
          onKeyDown={keys('both')}
        />
        <div
          class="handle"
          style={{ left: percent(from) }}
          role="slider"
          tabIndex={0}
          aria-label={`Start of the window of ${name}`}
          aria-valuemin={0}
          aria-valuemax={to - 1}
          aria-valuenow={from}
          aria-valuetext={`from step ${from}`}
          onPointerDown={drag('from')}
          onKeyDown={keys('from')}
        />
        <div
          class="handle"
          style={{ left: percent(to) }}
          role="slider"
          tabIndex={0}
          aria-label={`End of the window of ${name}`}
          aria-valuemin={from + 1}
          aria-valuemax={steps}
          aria-valuenow={to}
          aria-valuetext={`up to step ${to - 1}`}
          onPointerDown={drag('to')}
          onKeyDown={keys('to')}
        />
      </div>
    </div>
  )
}
