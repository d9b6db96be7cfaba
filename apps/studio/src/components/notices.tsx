import { useEffect, useState } from 'preact/hooks'
import { lazy } from '../lib/lazy'
import { stays } from '../lib/passing'
import { dismissLoaded, loaded, several, useRecord } from '../state/loaded'
import { choice, choose, look } from '../state/model'
import { drawNow } from '../state/queue'
import { fail, failure } from '../state/run'
import { say } from '../strings'

const Failure = lazy(async () => (await import('./failure')).Failure)

/** What was loaded: goes by itself, unless another model drew it, or something was not read. */
function Loaded() {
  const found = loaded.value
  const [held, hold] = useState(false)
  const passes = found && !found.other && !found.foreign && several.value.length === 0
  useEffect(() => {
    if (!passes || held) return
    const timer = setTimeout(dismissLoaded, stays)
    return () => clearTimeout(timer)
  }, [found, passes, held])
  if (!found) return null
  const { name, foreign, other } = found
  const said = [
    say().loadedRecipe(name),
    ...(foreign ? [say().byTool(foreign.tool)] : []),
    ...(other ? [say().otherModel(other.id, other.here ?? '')] : []),
  ]
  return (
    <div class="card notice" onPointerEnter={() => hold(true)} onPointerLeave={() => hold(false)}>
      <div class="notice-text" role="status">
        <p>{said.join(' ')}</p>
        {foreign?.notes.map((note) => (
          <p key={note} class="small quiet">
            {note}
          </p>
        ))}
      </div>
      <div class="row">
        {several.value.length > 1 && (
          <select
            class="input inline"
            aria-label={say().whichOfGrid}
            onChange={(event) => {
              const record = several.value[Number(event.currentTarget.value)]
              if (record.recipe) useRecord({ ...record, recipe: record.recipe }, name)
            }}
          >
            {several.value.map((record, i) => (
              <option key={i} value={i}>
                {i + 1}: {record.recipe?.prompt} {say().seed} {record.recipe?.seed}
              </option>
            ))}
          </select>
        )}
        {other?.source && (
          <button
            type="button"
            class="button"
            onClick={() => void choose({ source: other.source }).then(look).catch(fail)}
          >
            {say().openModel(other.id)}
          </button>
        )}
        {other && (
          <button type="button" class="button" onClick={drawNow}>
            {say().redrawWith(other.here ?? choice.value.source.kind)}
          </button>
        )}
        <button type="button" class="button icon-button" aria-label={say().dismiss} onClick={dismissLoaded}>
          <span aria-hidden="true">×</span>
        </button>
      </div>
    </div>
  )
}

export function Notices() {
  return (
    <>
      {failure.value && <Failure error={failure.value} />}
      <Loaded />
    </>
  )
}
