import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { openFile } from '../state/loaded'
import { say } from '../strings'

/** The whole page takes dropped and pasted pictures and recipes. */
export function DropZone({ children }: { children: ComponentChildren }) {
  const [over, setOver] = useState(false)
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const [file] = event.clipboardData?.files ?? []
      if (file) {
        event.preventDefault()
        openFile(file)
        return
      }
      const text = event.clipboardData?.getData('text/plain') ?? ''
      // Text goes into a field; a recipe or another tool's parameters mean the page wherever they are pasted.
      const recipe = /^\s*\{[\s\S]*"(recipe|prompt)"[\s\S]*\}\s*$/.test(text) || /\nSteps: \d+, /.test(text)
      if (!recipe) return
      event.preventDefault()
      const type = text.trim().startsWith('{') ? 'application/json' : 'text/plain'
      openFile(new File([text], say().clipboard, { type }))
    }
    addEventListener('paste', onPaste)
    return () => removeEventListener('paste', onPaste)
  }, [])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a file can also be opened with the button “Open a picture”
    <div
      class="root"
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes('Files')) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={(event) => event.relatedTarget === null && setOver(false)}
      onDrop={(event) => {
        setOver(false)
        if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return
        event.preventDefault()
        openFile(event.dataTransfer.files[0])
      }}
    >
      {children}
      {over && (
        <div class="drop-hint" aria-hidden="true">
          {say().dropHint}
        </div>
      )}
    </div>
  )
}
