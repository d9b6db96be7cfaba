import { choice, inspection, model } from '../state/model'
import { setTheme, type Theme, theme } from '../state/theme'
import { canRedo, canUndo, redo, undo } from '../state/undo'
import { type View, view } from '../state/views'
import { type Language, language, languages, say, setLanguage } from '../strings'

const next: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' }
const icon: Record<Theme, string> = { system: '◐', light: '☀', dark: '☾' }

function Tool({ of, children }: { of: View; children: string }) {
  return (
    <button type="button" class="button" aria-haspopup="dialog" onClick={() => (view.value = of)}>
      {children}
    </button>
  )
}

function SignButton({
  sign,
  label,
  disabled,
  onClick,
}: {
  sign: string
  label: string
  disabled?: boolean
  onClick(): void
}) {
  return (
    <button
      type="button"
      class="button icon-button"
      disabled={disabled}
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      <span aria-hidden="true">{sign}</span>
    </button>
  )
}

export function Header() {
  const { source } = choice.value
  const name =
    model.value?.info.id ?? inspection.value?.name ?? (source.kind === 'embedded' ? 'portraits' : source.kind)
  const where = model.value?.where ?? inspection.value?.device.device
  const other = (Object.keys(languages) as Language[]).find((one) => one !== language.value)!
  return (
    <header class="top">
      <h1 class="brand">
        <img src="./icon.svg" alt="" width="28" height="28" />
        <span>
          neg <span class="brand-sub">studio</span>
        </span>
      </h1>
      <SignButton sign="↶" label={say().undo} disabled={!canUndo()} onClick={undo} />
      <SignButton sign="↷" label={say().redo} disabled={!canRedo()} onClick={redo} />
      <Tool of="plot">{say().grid}</Tool>
      <Tool of="styles">{say().styles}</Tool>
      <Tool of="code">{say().code}</Tool>
      <button type="button" class="button model-button" onClick={() => (view.value = 'model')} aria-haspopup="dialog">
        <span class={`dot ${model.value ? 'dot-on' : ''}`} aria-hidden="true" />
        {name}
        <span class="quiet">{where ?? '…'}</span>
      </button>
      <SignButton sign="?" label={say().keys} onClick={() => (view.value = 'keys')} />
      <button
        type="button"
        class="button icon-button"
        lang={other}
        aria-label={`${other.toUpperCase()}: ${languages[other]}`}
        title={languages[other]}
        onClick={() => void setLanguage(other)}
      >
        {other.toUpperCase()}
      </button>
      <SignButton
        sign={icon[theme.value]}
        label={say().colours(say().themes[theme.value], say().themes[next[theme.value]])}
        onClick={() => setTheme(next[theme.value])}
      />
    </header>
  )
}
