import { decimal } from '../lib/format'
import { defaultStrength, draft, edit, editNegative, type NegativeDraft } from '../state/draft'
import { WindowTrack } from './window-track'

export function NegativeRow({ negative, number }: { negative: NegativeDraft; number: number }) {
  const { id, text, scale, window, rest } = negative
  const own = scale !== undefined
  const strength = scale ?? defaultStrength.value
  return (
    <div class="negative" data-colour={(number - 1) % 4}>
      <div class="negative-line">
        <span class="negative-mark" aria-hidden="true" />
        <input
          class="input negative-text"
          type="text"
          value={text}
          placeholder="glasses"
          aria-label={`Negative ${number}`}
          onInput={(event) => editNegative(id, { text: event.currentTarget.value })}
        />
        <button
          type="button"
          class="button icon-button"
          aria-label={`Remove negative ${number}`}
          onClick={() => edit({ negatives: draft.value.negatives.filter((other) => other.id !== id) })}
        >
          <span aria-hidden="true">×</span>
        </button>
      </div>
      <div class="strength">
        <label class="small" for={`strength-${id}`}>
          Strength
        </label>
        <input
          id={`strength-${id}`}
          class="range"
          type="range"
          min={0}
          max={15}
          step={0.1}
          value={strength}
          onInput={(event) => editNegative(id, { scale: Number(event.currentTarget.value) })}
        />
        <output class="small number" for={`strength-${id}`}>
          {decimal(strength)}
        </output>
        <button
          type="button"
          class="link small"
          disabled={!own}
          onClick={() => editNegative(id, { scale: undefined })}
          title="(s⁺ − 1) / number of negatives: one pass fewer"
        >
          {own ? 'auto' : 'is auto'}
        </button>
      </div>
      <WindowTrack negative={negative} number={number} />
      {(rest || window?.of === 'sigma') && (
        <p class="small quiet">
          From the record:{' '}
          {Object.entries(rest ?? {})
            .map(([key, value]) => `${key} ${JSON.stringify(value)}`)
            .join(', ')}
          {window?.of === 'sigma' && ` window σ ${window.from} – ${window.to}`}{' '}
          <button type="button" class="link" onClick={() => editNegative(id, { rest: undefined, window: undefined })}>
            drop
          </button>
        </p>
      )}
    </div>
  )
}
