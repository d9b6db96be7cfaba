import { atOnce, lazy } from '../lib/lazy'
import { drawNow } from '../state/queue'
import { useShortcuts } from '../state/shortcuts'
import { view } from '../state/views'
import { Composer } from './composer'
import { DrawBar } from './draw-bar'
import { DropZone } from './drop-zone'
import { Header } from './header'
import { Notices } from './notices'
import { Sampling } from './sampling'
import { Stage } from './stage'

const HistoryPanel = lazy(async () => (await import('./history-panel')).HistoryPanel, atOnce)

const views = {
  model: lazy(async () => (await import('./model-dialog')).ModelDialog),
  plot: lazy(async () => (await import('./plot-dialog')).PlotDialog),
  code: lazy(async () => (await import('./code-dialog')).CodeDialog),
  keys: lazy(async () => (await import('./keys-dialog')).KeysDialog),
  styles: lazy(async () => (await import('./styles-dialog')).StylesDialog),
  mask: lazy(async () => (await import('./mask-dialog')).MaskDialog),
  viewer: lazy(async () => (await import('./viewer')).Viewer),
}

export function App() {
  useShortcuts()
  const Over = view.value && views[view.value]
  return (
    <DropZone>
      <Header />
      <main class="page">
        <form
          class="column column-compose"
          onSubmit={(event) => {
            event.preventDefault()
            drawNow()
          }}
        >
          <Composer />
          <Sampling />
          <DrawBar />
        </form>
        <div class="beside">
          <div class="column column-stage">
            <Notices />
            <Stage />
          </div>
          <div class="column column-history">
            <HistoryPanel />
          </div>
        </div>
      </main>
      {Over && <Over />}
    </DropZone>
  )
}
