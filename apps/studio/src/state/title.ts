import { effect } from '@preact/signals'
import { began, busy } from './queue'
import { pictures } from './run'

/** How far the pictures are, in the tab's title. */
export function showProgressInTitle(): void {
  const { title } = document
  effect(() => {
    if (!busy.value) {
      document.title = title
      return
    }
    const all = pictures.value.slice(began.value?.kept)
    const walked = all.reduce((sum, { step, steps, done }) => sum + (done ? 1 : step / steps), 0)
    document.title = `${Math.floor((100 * walked) / Math.max(1, all.length))} % – ${title}`
  })
}
