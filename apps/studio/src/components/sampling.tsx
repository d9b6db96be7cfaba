import { randomSeed } from '@neg/core'
import { draft, edit, editing, editScale, editSteps, type SeedMove, settings } from '../state/draft'
import { watch } from '../state/run'
import { say } from '../strings'
import { GuidancePicker } from './guidance-picker'
import { NumberField } from './number-field'
import { SchedulerPicker } from './scheduler-picker'
import { SizeField } from './size-field'
import { StartPicture } from './start-picture'

/** Fields of a loaded recipe that have no control here. */
function Kept() {
  const rest = Object.entries(draft.value.rest)
  if (rest.length === 0) return null
  return (
    <p class="small quiet kept">
      {say().fromRecord}{' '}
      {rest.map(([key, value]) => (
        <code key={key}>
          {key} {JSON.stringify(value)}{' '}
        </code>
      ))}
      <button type="button" class="link" onClick={() => edit({ rest: {} })}>
        {say().dropThese}
      </button>
    </p>
  )
}

/** Whether a setting is the model's own, and back to it. */
export function Own({ what, said, onDrop }: { what: string; said: boolean; onDrop(): void }) {
  return (
    <button
      type="button"
      class="link small"
      disabled={!said}
      aria-label={said ? say().backToOwn(what) : say().isOwnSetting(what)}
      onClick={onDrop}
    >
      {said ? say().modelsOwn : say().isModelsOwn}
    </button>
  )
}

/** A curve or a list of levels that a record has where the page has one number. */
const instead = (value: unknown) => value !== undefined && <code class="small kept">{JSON.stringify(value)}</code>

function SeedField() {
  const { seed, seedMove } = draft.value
  return (
    <div class="field">
      <label class="small" for="seed">
        {say().seed}
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
        <button
          type="button"
          class="button"
          data-key="seed"
          onClick={() => edit({ seed: randomSeed() })}
          aria-label={say().anotherSeed}
        >
          <span aria-hidden="true">⚄</span>
        </button>
        <select
          class="input inline"
          aria-label={say().nextSeed}
          title={say().nextSeed}
          value={seedMove}
          onChange={(event) => edit({ seedMove: event.currentTarget.value as SeedMove })}
        >
          {(['keep', 'next', 'random'] as const).map((move) => (
            <option key={move} value={move}>
              {say().seedMoves[move]}
            </option>
          ))}
        </select>
      </div>
    </div>
  )
}

export function Sampling() {
  const { scale: ownScale, steps: ownSteps, guidance: ownGuidance, rest } = draft.value
  const { guidance, scale, steps } = settings.value
  return (
    <section class="card" aria-labelledby="how">
      <h2 id="how">{say().howDrawn}</h2>
      <div class="field">
        <label class="small" for="scale">
          {say().scale}
        </label>
        <div class="row">
          <NumberField id="scale" label={say().scale} value={scale} low={0} high={20} step={0.1} onChange={editScale} />
          <Own what={say().scaleWord} said={ownScale !== undefined} onDrop={() => editScale(undefined)} />
        </div>
        {instead(rest.scale)}
      </div>
      <div class="field">
        <label class="small" for="steps">
          {say().steps}
        </label>
        <div class="row">
          <NumberField
            id="steps"
            label={say().steps}
            value={steps}
            low={1}
            high={60}
            step={1}
            least={1}
            most={10_000}
            onChange={editSteps}
          />
          <Own what={say().stepsWord} said={ownSteps !== undefined} onDrop={() => editSteps(undefined)} />
        </div>
        {instead(rest.timesteps ?? rest.sigmas)}
      </div>
      <SeedField />
      {!editing.value && <StartPicture />}
      {!editing.value && <SizeField />}
      <SchedulerPicker />
      <GuidancePicker
        id="guidance"
        label={say().guidance}
        value={guidance}
        onChange={(next) => edit({ guidance: next })}
      />
      <Own what={say().guidanceWord} said={ownGuidance !== undefined} onDrop={() => edit({ guidance: undefined })} />
      <fieldset class="plain">
        <legend class="small">{say().whileDrawn}</legend>
        <label class="check small">
          <input
            type="checkbox"
            checked={watch.value.previews}
            onChange={(event) => {
              watch.value = { ...watch.value, previews: event.currentTarget.checked }
            }}
          />
          <span>{say().showPreviews}</span>
        </label>
        <label class="check small">
          <input
            type="checkbox"
            checked={watch.value.attention}
            onChange={(event) => {
              watch.value = { ...watch.value, attention: event.currentTarget.checked }
            }}
          />
          <span>{say().watchAttention}</span>
        </label>
      </fieldset>
      <Kept />
    </section>
  )
}
