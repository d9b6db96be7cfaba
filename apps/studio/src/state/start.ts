import { sharedRecipe } from '../lib/share'
import { draft, fromRecipe } from './draft'
import { loadHistory } from './history'
import { look } from './model'
import { fail } from './run'

/** Once, when the page is there: what was kept and what the address says. */
export async function start(): Promise<void> {
  const quietly = (work: Promise<unknown>) => work.catch(fail)
  await Promise.all([quietly(loadHistory()), quietly(look()), quietly(openShared())])
  globalThis.addEventListener('hashchange', () => void quietly(openShared()))
  if (import.meta.env.PROD && 'serviceWorker' in navigator) await quietly(navigator.serviceWorker.register('./sw.js'))
}

async function openShared(): Promise<void> {
  const recipe = await sharedRecipe(location.hash)
  if (!recipe) return
  draft.value = fromRecipe(recipe)
  history.replaceState(null, '', location.pathname + location.search)
}
