import type { Window } from '@neg/core'

/** The steps in which a window is open, the last excluded. */
export function stepsOf(window: Window | undefined, steps: number): [from: number, to: number] {
  if (!window || window.of === 'sigma') return [0, steps]
  return [Math.ceil(window.from * steps - 1e-9), Math.ceil(window.to * steps - 1e-9)]
}
