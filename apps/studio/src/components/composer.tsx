import { foreignSyntax } from '@neg/core/internal'
import { useEffect, useRef } from 'preact/hooks'
import { pieces } from '../lib/known-words'
import { lazy } from '../lib/lazy'
import { comparing } from '../state/compare'
import { addNegative, draft, edit, editing, negatives } from '../state/draft'
import { knownWords } from '../state/known-words'
import { fail } from '../state/run'
import { say } from '../strings'
import { NegativeRow } from './negative-row'
import { Recommendation } from './recommendation'

const PhotoEdit = lazy(async () => (await import('./photo-edit')).PhotoEdit)

/** The way to an edit for those who don't drag. */
function EditButton() {
  return (
    <label class="button file" data-key="edit">
      {say().editPhotograph}
      <input
        type="file"
        accept="image/*"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? []
          if (file) void import('../state/edit-photo').then(({ editPhoto }) => editPhoto(file)).catch(fail)
          currentTarget.value = ''
        }}
      />
    </label>
  )
}

/** The prompt, with words that the model does not know underlined behind it. */
function Prompt() {
  const { prompt } = draft.value
  const mirror = useRef<HTMLDivElement>(null)
  return (
    <div class="prompt-box">
      <div ref={mirror} class="input prompt mirror" aria-hidden="true">
        {pieces(prompt, knownWords.value).map(({ text, unknown }, i) =>
          unknown ? (
            <span key={i} class="unknown">
              {text}
            </span>
          ) : (
            text
          ),
        )}
      </div>
      <textarea
        id="prompt"
        class="input prompt"
        rows={2}
        value={prompt}
        onInput={(event) => edit({ prompt: event.currentTarget.value })}
        onScroll={(event) => {
          if (mirror.current) mirror.current.scrollTop = event.currentTarget.scrollTop
        }}
        placeholder={editing.value ? say().replacementExample : say().promptExample}
      />
    </div>
  )
}

/** What of the texts is not read as whoever typed it may mean it. */
function Hints() {
  const { prompt, rest } = draft.value
  const texts = [prompt, ...negatives.value.map(({ text }) => text)]
  const unknown = texts.flatMap((text) => pieces(text, knownWords.value)).filter((piece) => piece.unknown)
  const names = [...new Set(unknown.map(({ text }) => text))]
  const weights =
    rest.syntax === 'a1111' ? [] : texts.flatMap((text) => /\([^()]*:\s*[\d.]+\s*\)/.exec(text)?.[0] ?? [])
  const others = weights.length > 0 ? [] : texts.flatMap((text) => foreignSyntax(text, rest.syntax ?? 'plain'))
  return (
    <div class="hints small" aria-live="polite">
      {names.length > 0 && (
        <p class="quiet">
          {say().unknownWords} <span class="unknown">{names.join(', ')}</span>
        </p>
      )}
      {weights.length > 0 && (
        <p class="row wrap">
          <span>{say().weightsAreWords(weights[0])}</span>
          <button
            type="button"
            class="button button-small"
            onClick={() => edit({ rest: { ...draft.value.rest, syntax: 'a1111' } })}
          >
            {say().readWeights}
          </button>
        </p>
      )}
      {others.map(({ code, message }) => (
        <p key={code + message}>{message}</p>
      ))}
    </div>
  )
}

export function Composer() {
  const rows = draft.value.negatives
  const added = useRef(false)
  const list = useRef<HTMLFieldSetElement>(null)
  useEffect(() => {
    if (!added.current) return
    added.current = false
    const fields = list.current?.querySelectorAll<HTMLInputElement>('.negative-text')
    fields?.[fields.length - 1]?.focus()
  }, [rows.length])
  return (
    <div class="card composer">
      {editing.value ? <PhotoEdit /> : <EditButton />}
      <div class="field">
        <label class="label label-positive" for="prompt">
          {editing.value ? say().inItsPlace : say().shouldBe}
        </label>
        <Prompt />
      </div>
      <fieldset class="negatives" ref={list}>
        <legend class="label label-negative">{editing.value ? say().shouldGo : say().shouldNotBe}</legend>
        {rows.length === 0 && <p class="quiet hint">{editing.value ? say().nothingGoes : say().noNegatives}</p>}
        {rows.map((negative, i) => (
          <NegativeRow key={negative.id} negative={negative} number={i + 1} />
        ))}
        <button
          type="button"
          class="button button-negative"
          data-key="negative"
          onClick={() => {
            added.current = true
            addNegative()
          }}
        >
          <span aria-hidden="true">+</span> {say().addNegative}
        </button>
      </fieldset>
      <Hints />
      <Recommendation />
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
          {say().compareOnOneSeed}
          {negatives.value.length === 0 && <span class="quiet"> {say().needsNegative}</span>}
        </span>
      </label>
    </div>
  )
}
