import { signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'

const key = 'neg-theme'

const kept = localStorage.getItem(key)

export const theme = signal<Theme>(kept === 'light' || kept === 'dark' ? kept : 'system')

export function setTheme(next: Theme): void {
  theme.value = next
  if (next === 'system') {
    localStorage.removeItem(key)
    delete document.documentElement.dataset.theme
  } else {
    localStorage.setItem(key, next)
    document.documentElement.dataset.theme = next
  }
}
