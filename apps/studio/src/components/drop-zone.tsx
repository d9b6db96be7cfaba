import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { openPicture } from '../state/open-picture'
import { fail, failure } from '../state/run'

export function openFile(file: File | undefined): void {
  if (!file) return
  failure.value = undefined
  void openPicture(file).catch(fail)
}

/** The whole page takes dropped pictures. */
export function DropZone({ children }: { children: ComponentChildren }) {
  const [over, setOver] = useState(false)
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
        if (!event.dataTransfer?.types.includes('Files')) return
        event.preventDefault()
        setOver(false)
        openFile(event.dataTransfer.files[0])
      }}
    >
      {children}
      {over && (
        <div class="drop-hint" aria-hidden="true">
          Drop a picture to load its recipe
        </div>
      )}
    </div>
  )
}
