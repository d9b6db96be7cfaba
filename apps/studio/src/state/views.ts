import { signal } from '@preact/signals'

/** What lies over the page: each a dialog whose code comes when it is first opened. */
export type View = 'model' | 'plot' | 'code' | 'keys' | 'styles' | 'mask' | 'viewer'

export const view = signal<View | undefined>(undefined)

export const close = (): void => {
  view.value = undefined
}
