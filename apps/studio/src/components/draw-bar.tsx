import { megabytes, seconds } from '../lib/format'
import { comparing } from '../state/compare'
import { choice, download, inspection, model } from '../state/model'
import { abort, type Picture, phase, pictures } from '../state/run'

/** What is being done for a picture. */
function doing({ label, step, steps, queued }: Picture): string {
  if (!queued) return `${label}: step ${step} of ${steps}`
  return `${label} waits at the server${queued.before ? `, ${queued.before} before it` : ''}`
}

/** What the first picture fetches; nothing where all is here. */
function Cost() {
  const found = inspection.value
  if (model.value || !found) return null
  const missing = found.model === undefined ? undefined : Math.max(0, found.model - found.stored)
  if (missing === 0) return <p class="small quiet">The model is stored in this browser.</p>
  const runtime = `runtime ${megabytes(found.runtime.bytes)}, ${megabytes(found.runtime.compressed)} compressed`
  return (
    <p class="small quiet" id="cost">
      The first picture fetches {missing === undefined ? 'the model' : megabytes(missing)} once ({runtime}).
    </p>
  )
}

export function DrawBar() {
  const busy = phase.value !== 'idle'
  const loading = download.value
  const drawing = pictures.value.find(({ done }) => !done)
  const [now, all, text] =
    phase.value === 'opening'
      ? [
          loading?.loaded ?? 0,
          loading?.total ?? 0,
          loading
            ? `${megabytes(loading.loaded)}${loading.total ? ` of ${megabytes(loading.total)}` : ''}`
            : choice.value.source.kind === 'server'
              ? 'Asking the server'
              : 'Opening the model',
        ]
      : phase.value === 'drawing' && drawing
        ? [drawing.step, drawing.steps, doing(drawing)]
        : [0, 0, '']
  const last = pictures.value.at(-1)
  const status = busy
    ? text
    : last?.done && last.milliseconds !== undefined
      ? `Drawn in ${seconds(last.milliseconds)}.`
      : ''
  return (
    <div class="draw-bar">
      {busy ? (
        <button type="button" class="button button-stop" onClick={abort}>
          Stop <kbd>Esc</kbd>
        </button>
      ) : (
        <button type="submit" class="button button-draw">
          {comparing.value ? 'Compare' : 'Draw'} <kbd>Ctrl ⏎</kbd>
        </button>
      )}
      <div class="draw-status">
        {busy && <progress class="progress" aria-label="Progress" {...(all > 0 ? { value: now, max: all } : {})} />}
        <p class="small" role="status">
          {status}
        </p>
        {!busy && <Cost />}
      </div>
    </div>
  )
}
