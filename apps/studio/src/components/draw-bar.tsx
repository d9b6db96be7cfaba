import { useEffect, useState } from 'preact/hooks'
import { megabytes, seconds } from '../lib/format'
import { timeLeft } from '../lib/time-left'
import { comparing } from '../state/compare'
import { choice, download, inspection, model } from '../state/model'
import { abort, abortAll, began, busy, goOn, phase, takeOut, waiting } from '../state/queue'
import { type Picture, pictures, shown } from '../state/run'
import { say } from '../strings'
import { Canvas } from './canvas'

/** What is being done for a picture. */
function doing({ label, step, steps, queued, back }: Picture): string {
  if (!queued && back && step === 0) return say().leadsBack(label, back.step, back.steps)
  if (!queued) return say().stepOf(label, step, steps)
  return say().waitsAtServer(label, queued.before ?? 0)
}

/** What the first picture fetches; nothing where all is here. */
function Cost() {
  const found = inspection.value
  if (model.value || !found) return null
  const missing = found.model === undefined ? undefined : Math.max(0, found.model - found.stored)
  if (missing === 0) return <p class="small quiet">{say().modelIsStored}</p>
  return (
    <p class="small quiet" id="cost">
      {say().firstFetches(
        missing === undefined ? say().theModel : megabytes(missing),
        megabytes(found.runtime.bytes),
        megabytes(found.runtime.compressed),
      )}
    </p>
  )
}

/** How far the whole batch is, in steps, and how long it takes yet. */
function Overall() {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000)
    return () => clearInterval(timer)
  }, [])
  const all = pictures.value
  if (!began.value || all.length - began.value.kept < 2) return null
  const done = all.filter((picture) => picture.done).length
  const left = timeLeft(all.slice(began.value.kept), Date.now() - began.value.at)
  return (
    <span class="number">
      {say().picturesOf(done, all.length)}
      {left !== undefined && `, ${say().about(seconds(left))}`}
    </span>
  )
}

/** What is asked for and not yet begun. */
function Waiting() {
  if (waiting.value.length === 0) return null
  return (
    <details class="small waiting-list">
      <summary>{say().waiting(waiting.value.length)}</summary>
      <ul class="plain-list">
        {waiting.value.map(({ id, title, asked }) => (
          <li key={id} class="row spread">
            <span class="cut">
              {title} {asked.length > 1 && <span class="quiet">× {asked.length}</span>}{' '}
              <span class="quiet">
                {say().seed} {String(asked[0].recipe.seed)}
              </span>
            </span>
            <button type="button" class="link" aria-label={say().takeOut(title)} onClick={() => takeOut(id)}>
              ×
            </button>
          </li>
        ))}
      </ul>
      <div class="row">
        {!busy.value && (
          <button type="button" class="button button-small" onClick={() => void goOn()}>
            {say().goOn}
          </button>
        )}
        <button type="button" class="button button-small" onClick={abortAll}>
          {say().stopAll}
        </button>
      </div>
    </details>
  )
}

/** The picture, small, where the page is too narrow to show it beside the settings. */
function Mini() {
  const image = pictures.value[shown.value]?.image
  if (!image) return null
  return (
    <button
      type="button"
      class="mini"
      aria-label={say().toPicture}
      onClick={() => document.querySelector('.stage')?.scrollIntoView({ block: 'start' })}
    >
      <Canvas image={image} />
    </button>
  )
}

export function DrawBar() {
  const loading = download.value
  const drawing = pictures.value.find(({ done }) => !done)
  const [now, all, text] =
    phase.value === 'opening'
      ? [
          loading?.loaded ?? 0,
          loading?.total ?? 0,
          loading
            ? `${megabytes(loading.loaded)}${loading.total ? ` / ${megabytes(loading.total)}` : ''}`
            : choice.value.source.kind === 'server'
              ? say().askingServer
              : say().openingModel,
        ]
      : phase.value === 'drawing' && drawing
        ? [drawing.step + (drawing.back?.step ?? 0), drawing.steps + (drawing.back?.steps ?? 0), doing(drawing)]
        : [0, 0, '']
  const last = pictures.value.at(-1)
  const status = busy.value
    ? text
    : last?.done && last.milliseconds !== undefined
      ? say().drawnIn(seconds(last.milliseconds))
      : ''
  return (
    <div class="card draw-bar">
      <Mini />
      <button type="submit" class="button button-draw">
        {comparing.value ? say().compare : say().draw} <kbd>Ctrl ⏎</kbd>
      </button>
      {busy.value && (
        <button type="button" class="button button-stop" onClick={abort}>
          {say().stop} <kbd>Esc</kbd>
        </button>
      )}
      <div class="draw-status">
        {busy.value && (
          <progress class="progress" aria-label={say().progress} {...(all > 0 ? { value: now, max: all } : {})} />
        )}
        <p class="small" role="status">
          {status}
        </p>
        {busy.value && <Overall />}
        {!busy.value && <Cost />}
      </div>
      <Waiting />
    </div>
  )
}
