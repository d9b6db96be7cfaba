import { randomSeed } from '@neg/core'
import { decimal } from '../lib/format'
import { draft, edit, settings } from '../state/draft'
import { watch } from '../state/run'
import { GuidancePicker } from './guidance-picker'
import { SchedulerPicker } from './scheduler-picker'

/** Fields of a loaded recipe that have no control here. */
function Kept() {
  const rest = Object.entries(draft.value.rest)
  if (rest.length === 0) return null
  return (
    <p class="small quiet kept">
      From the record:{' '}
      {rest.map(([key, value]) => (
        <code key={key}>
          {key} {JSON.stringify(value)}{' '}
        </code>
      ))}
      <button type="button" class="link" onClick={() => edit({ rest: {} })}>
        drop these
      </button>
    </p>
  )
}

/** Whether a setting is the model's own, and back to it. */
function Own({ what, said, onDrop }: { what: string; said: boolean; onDrop(): void }) {
  return (
    <button
      type="button"
      class="link small"
      disabled={!said}
      aria-label={said ? `Back to the model’s own ${what}` : `The setting ${what} is the model’s own`}
      onClick={onDrop}
    >
      {said ? 'the model’s own' : 'is the model’s own'}
    </button>
  )
}

export function Sampling() {
  const { seed, newSeed, ...own } = draft.value
  const { guidance, scale, steps } = settings.value
  return (
    <section class="card" aria-labelledby="how">
      <h2 id="how">How it is drawn</h2>
      <div class="field">
        <label class="small" for="scale">
          Scale s⁺
        </label>
        <div class="row">
          <input
            id="scale"
            class="range"
            type="range"
            min={0}
            max={20}
            step={0.1}
            value={scale}
            onInput={(event) => edit({ scale: Number(event.currentTarget.value) })}
          />
          <output class="number small" for="scale">
            {decimal(scale)}
          </output>
          <Own what="scale" said={own.scale !== undefined} onDrop={() => edit({ scale: undefined })} />
        </div>
      </div>
      <div class="field">
        <label class="small" for="steps">
          Steps
        </label>
        <div class="row">
          <input
            id="steps"
            class="range"
            type="range"
            min={1}
            max={60}
            step={1}
            value={steps}
            onInput={(event) => edit({ steps: Number(event.currentTarget.value) })}
          />
          <output class="number small" for="steps">
            {steps}
          </output>
          <Own what="steps" said={own.steps !== undefined} onDrop={() => edit({ steps: undefined })} />
        </div>
      </div>
      <div class="field">
        <label class="small" for="seed">
          Seed
        </label>
        <div class="row">
          <input
            id="seed"
            class="input mono"
            type="text"
            inputMode="numeric"
            value={seed}
            onInput={(event) => edit({ seed: event.currentTarget.value.trim() })}
          />
          <button type="button" class="button" onClick={() => edit({ seed: randomSeed() })} aria-label="Another seed">
            <span aria-hidden="true">⚄</span>
          </button>
        </div>
        <label class="check small">
          <input
            type="checkbox"
            checked={newSeed}
            onChange={(event) => edit({ newSeed: event.currentTarget.checked })}
          />
          <span>A new seed for every picture</span>
        </label>
      </div>
      <SchedulerPicker />
      <GuidancePicker id="guidance" label="Guidance" value={guidance} onChange={(next) => edit({ guidance: next })} />
      <Own what="guidance" said={own.guidance !== undefined} onDrop={() => edit({ guidance: undefined })} />
      <fieldset class="plain">
        <legend class="small">While it is drawn</legend>
        <label class="check small">
          <input
            type="checkbox"
            checked={watch.value.previews}
            onChange={(event) => {
              watch.value = { ...watch.value, previews: event.currentTarget.checked }
            }}
          />
          <span>Show previews</span>
        </label>
        <label class="check small">
          <input
            type="checkbox"
            checked={watch.value.attention}
            onChange={(event) => {
              watch.value = { ...watch.value, attention: event.currentTarget.checked }
            }}
          />
          <span>Watch attention: r_t and heat maps (passes that guidance saves are run to be seen)</span>
        </label>
      </fieldset>
      <Kept />
    </section>
  )
}
