import { signal } from '@preact/signals'
import { say } from '../strings'

const key = 'neg-notify'

/** Whether the browser may tell when a long queue ends: asked for only by whoever turns it on. */
export const notifying = signal(localStorage.getItem(key) === 'yes')

export async function setNotifying(on: boolean): Promise<void> {
  const may = on && 'Notification' in globalThis && (await Notification.requestPermission()) === 'granted'
  notifying.value = may
  if (may) localStorage.setItem(key, 'yes')
  else localStorage.removeItem(key)
}

/** Tells that what was asked for is there, to somebody who is looking elsewhere. */
export function notifyWhenDone(asked: Promise<readonly unknown[] | undefined>): void {
  void asked.then((pictures) => {
    if (!pictures || !notifying.value || !document.hidden) return
    new Notification(say().queueDone(pictures.length), { icon: './icon.svg' })
  })
}
