import { render } from 'preact'
import { App } from './components/app'
import { start } from './state/start'
import { startLanguage } from './strings'
import './styles/tokens.css'
import './styles/layout.css'
import './styles/controls.css'
import './styles/stage.css'

await startLanguage()
render(<App />, document.getElementById('app') as HTMLElement)
void start()
