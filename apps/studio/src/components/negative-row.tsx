import { pieces } from '../lib/known-words'
import { defaultStrength, editNegative, type NegativeDraft, removeNegative } from '../state/draft'
import { knownWords } from '../state/known-words'
import { say } from '../strings'
import { NumberField } from './number-field'
import { WindowTrack } from './window-track'

export function NegativeRow({ negative, number }: { negative: NegativeDraft; number: number }) {
  const { id, colour, text, scale, window, rest } = negative
  const own = scale !== undefined
  const unknown = pieces(text, knownWords.value).some((piece) => piece.unknown)
  return (
    <div class="negative" data-colour={colour}>
      <div class="negative-line">
        <span class="negative-mark" aria-hidden="true" />
        <input
          class={`input negative-text ${unknown ? 'unknown' : ''}`}
          type="text"
          value={text}
          placeholder={say().negativeExample}
          aria-label={say().negative(number)}
          onInput={(event) => editNegative(id, { text: event.currentTarget.value })}
        />
        <button
          type="button"
          class="button icon-button"
          aria-label={say().removeNegative(number)}
          onClick={() => removeNegative(id)}
        >
          <span aria-hidden="true">×</span>
        </button>
      </div>
      <div class="strength">
        <label class="small" for={`strength-${id}`}>
          {say().strength}
        </label>
        <NumberField
          id={`strength-${id}`}
          label={`${say().strength} ${text || number}`}
          value={scale ?? defaultStrength.value}
          low={0}
          high={15}
          step={0.1}
          onChange={(next) => editNegative(id, { scale: next })}
        />
        <button
          type="button"
          class="link small"
          disabled={!own}
          onClick={() => editNegative(id, { scale: undefined })}
          title={say().autoStrength}
        >
          {own ? say().auto : say().isAuto}
        </button>
      </div>
      <WindowTrack negative={negative} number={number} />
      {(rest || window?.of === 'sigma') && (
        <p class="small quiet">
          {say().fromRecord}{' '}
          {Object.entries(rest ?? {})
            .map(([key, value]) => `${key} ${JSON.stringify(value)}`)
            .join(', ')}
          {window?.of === 'sigma' && ` σ ${window.from} – ${window.to}`}{' '}
          <button type="button" class="link" onClick={() => editNegative(id, { rest: undefined, window: undefined })}>
            {say().drop}
          </button>
        </p>
      )}
    </div>
  )
}
