import { useState } from 'preact/hooks'
import { choice, inspection, model } from '../state/model'
import { setTheme, type Theme, theme } from '../state/theme'
import { ModelDialog } from './model-dialog'

const next: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' }
const icon: Record<Theme, string> = { system: '◐', light: '☀', dark: '☾' }

export function Header() {
  const [open, setOpen] = useState(false)
  const device = (model.value?.device ?? inspection.value?.device)?.device
  const name =
    model.value?.info.id ?? inspection.value?.name ?? (choice.value.source.kind === 'embedded' ? 'portraits' : 'model')
  return (
    <header class="top">
      <h1 class="brand">
        <img src="./icon.svg" alt="" width="28" height="28" />
        neg <span class="brand-sub">studio</span>
      </h1>
      <button type="button" class="button model-button" onClick={() => setOpen(true)} aria-haspopup="dialog">
        <span class={`dot ${model.value ? 'dot-on' : ''}`} aria-hidden="true" />
        {name}
        <span class="quiet">{device ?? '…'}</span>
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
      {open && <ModelDialog onClose={() => setOpen(false)} />}
    </header>
  )
}
