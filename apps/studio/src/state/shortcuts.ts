import { useEffect } from 'preact/hooks'
import { abort, busy, drawNow } from './queue'
import { redo, undo } from './undo'
import { type View, view } from './views'

/** Keys by what they do, for the page and for the sheet that shows them. `Mod` is Ctrl, on a Mac ⌘. */
export const shortcuts = {
  draw: 'Mod+Enter',
  stop: 'Escape',
  undo: 'Mod+z',
  redo: 'Mod+Shift+z',
  prompt: 'p',
  negative: 'n',
  seed: 'r',
  edit: 'e',
  plot: 'g',
  styles: 's',
  code: 'c',
  model: 'm',
  look: 'v',
  find: '/',
  keys: '?',
} as const

export type Shortcut = keyof typeof shortcuts

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.matches('input:not([type="range"], [type="checkbox"], [type="radio"]), textarea, select')

const focus = (selector: string): void => document.querySelector<HTMLElement>(selector)?.focus()
const click = (selector: string): void => document.querySelector<HTMLElement>(selector)?.click()

const open = (name: View) => () => {
  view.value = name
}

const acts: Record<Shortcut, () => void> = {
  draw: drawNow,
  stop: abort,
  undo,
  redo,
  prompt: () => focus('#prompt'),
  negative: () => click('[data-key="negative"]'),
  seed: () => click('[data-key="seed"]'),
  edit: () => click('[data-key="edit"] input, .photo input[type="file"]'),
  plot: open('plot'),
  styles: open('styles'),
  code: open('code'),
  model: open('model'),
  look: () => click('[data-key="look"]'),
  find: () => focus('#find'),
  keys: open('keys'),
}

function nameOf(event: KeyboardEvent): string {
  const mod = event.ctrlKey || event.metaKey
  // A letter's case says Shift already, and so does a sign.
  const shift = mod && event.shiftKey
  return `${mod ? 'Mod+' : ''}${shift ? 'Shift+' : ''}${event.key.length === 1 && mod ? event.key.toLowerCase() : event.key}`
}

/** The page's keys. Plain letters act where nobody types; what opens over the page has keys of its own. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return
      const name = nameOf(event)
      const pressed = name === 'Mod+y' ? 'Mod+Shift+z' : name
      const found = Object.entries(shortcuts).find(([, keys]) => keys === pressed)?.[0] as Shortcut | undefined
      if (!found || document.querySelector('dialog[open]')) return
      if (!pressed.startsWith('Mod+') && pressed !== 'Escape' && typing(event.target)) return
      if (found === 'stop' && !busy.value) return
      event.preventDefault()
      acts[found]()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}
