import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { close, view } from '../state/views'
import { more } from '../strings'
import '../styles/over.css'

interface Props {
  readonly title: string
  readonly wide?: boolean
  readonly children: ComponentChildren
}

/** What lies over the page: the browser keeps the focus inside, and Escape closes it. */
export function Dialog({ title, wide, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const own = useRef(view.value)
  useEffect(() => {
    // Closed with its code, it gives the focus back to what opened it, unless a key has put it elsewhere by then.
    const { activeElement } = document
    const element = dialog.current
    element?.showModal()
    return () => {
      const now = document.activeElement
      if (!now || now === document.body || element?.contains(now)) (activeElement as HTMLElement | null)?.focus?.()
    }
  }, [])
  // Told after it closed: another may be open by then.
  const closed = () => {
    if (view.value === own.current) close()
  }
  return (
    <dialog ref={dialog} class={`dialog ${wide ? 'dialog-wide' : ''}`} aria-labelledby="dialog-title" onClose={closed}>
      <div class="row spread dialog-head">
        <h2 id="dialog-title">{title}</h2>
        <button
          type="button"
          class="button icon-button"
          aria-label={more().close}
          onClick={() => dialog.current?.close()}
        >
          <span aria-hidden="true">×</span>
        </button>
      </div>
      {children}
    </dialog>
  )
}
