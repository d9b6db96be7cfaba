import { choice, choosing, inspection, model } from '../state/model'
import { setTheme, type Theme, theme } from '../state/theme'
import { ModelDialog } from './model-dialog'

const next: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' }
const icon: Record<Theme, string> = { system: '◐', light: '☀', dark: '☾' }

export function Header() {
  const { source } = choice.value
  const name =
    model.value?.info.id ?? inspection.value?.name ?? (source.kind === 'embedded' ? 'portraits' : source.kind)
  const where = model.value?.where ?? inspection.value?.device.device
  return (
    <header class="top">
      <h1 class="brand">
        <img src="./icon.svg" alt="" width="28" height="28" />
        neg <span class="brand-sub">studio</span>
      </h1>
      <button type="button" class="button model-button" onClick={() => (choosing.value = true)} aria-haspopup="dialog">
        <span class={`dot ${model.value ? 'dot-on' : ''}`} aria-hidden="true" />
        {name}
        <span class="quiet">{where ?? '…'}</span>
      </button>
      <button
        type="button"
        class="button icon-button"
        onClick={() => setTheme(next[theme.value])}
        aria-label={`Colours: ${theme.value}. Switch to ${next[theme.value]}.`}
        title={`Colours: ${theme.value}`}
      >
        <span aria-hidden="true">{icon[theme.value]}</span>
      </button>
      {choosing.value && <ModelDialog onClose={() => (choosing.value = false)} />}
    </header>
  )
}
