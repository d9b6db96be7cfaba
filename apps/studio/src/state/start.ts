import { effect } from '@preact/signals'
import { sharedRecipe } from '../lib/share'
import { draft, fromRecipe } from './draft'
import { loadHistory } from './history'
import { keepDraft, restoreDraft } from './keep-draft'
import { look, model } from './model'
import { keepQueue, restoreQueue } from './queue'
import { fail } from './run'
import { showProgressInTitle } from './title'
import { noteChanges } from './undo'

/** Once, when the page is there: what was kept and what the address says. */
export async function start(): Promise<void> {
  const quietly = (work: Promise<unknown>) => work.catch(fail)
  restoreDraft()
  keepDraft()
  noteChanges()
  showProgressInTitle()
  const loaded = quietly(loadHistory())
  restoreQueue()
  keepQueue()
  await Promise.all([loaded, quietly(look()), quietly(openShared())])
  globalThis.addEventListener('hashchange', () => void quietly(openShared()))
  if (import.meta.env.PROD && 'serviceWorker' in navigator) await quietly(workOffline())
}

/** Keeps the page's files, and the runtime as soon as a model runs on it. */
async function workOffline(): Promise<void> {
  await navigator.serviceWorker.register('./sw.js')
  const { active } = await navigator.serviceWorker.ready
  effect(() => {
    if (!model.value?.device) return // a server's: nothing runs here
    const small = 'Suspending' in WebAssembly
    const name = model.value.device.device === 'wasm' ? 'threaded-' : small ? 'threaded.jspi' : 'threaded.asyncify'
    active?.postMessage({ runtime: name })
  })
}

async function openShared(): Promise<void> {
  const recipe = await sharedRecipe(location.hash)
  if (!recipe) return
  draft.value = fromRecipe(recipe)
  history.replaceState(null, '', location.pathname + location.search)
}
