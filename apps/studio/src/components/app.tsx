import { useEffect } from 'preact/hooks'
import { comparing, drawComparison } from '../state/compare'
import { abort, drawOne, phase } from '../state/run'
import { Composer } from './composer'
import { DropZone } from './drop-zone'
import { Header } from './header'
import { HistoryPanel } from './history-panel'
import { Notices } from './notices'
import { Sampling } from './sampling'
import { Stage } from './stage'

export const drawNow = (): void => void (comparing.value ? drawComparison() : drawOne())

/** Ctrl or ⌘ with Enter draws, Escape stops. */
function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        drawNow()
      } else if (event.key === 'Escape' && phase.value !== 'idle' && !document.querySelector('dialog[open]')) {
        abort()
      }
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}

export function App() {
  useShortcuts()
  return (
    <DropZone>
      <Header />
      <main class="page">
        <div class="column column-compose">
          <Composer />
          <Sampling />
        </div>
        <div class="column column-stage">
          <Notices />
          <Stage />
          <HistoryPanel />
        </div>
      </main>
    </DropZone>
  )
}
