import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { fail } from '../state/run'
import { loadMore } from '../strings'

/** No words but those that the page opens with. */
export const atOnce = (): undefined => undefined

/**
 * A component whose code is fetched when it is first shown; nothing until it is there.
 * @param words What fetches its words. Default those of views that open later; nothing for one that says what the page opens with.
 */
export function lazy<P extends object>(
  load: () => Promise<ComponentType<P>>,
  words: () => Promise<void> | undefined = loadMore,
): ComponentType<P> {
  let loaded: ComponentType<P> | undefined
  return function Lazy(props: P) {
    const [Shown, setShown] = useState<ComponentType<P> | undefined>(() => loaded)
    useEffect(() => {
      if (Shown) return
      Promise.all([load(), words()]).then(([component]) => {
        loaded = component
        setShown(() => component)
      }, fail)
    }, [])
    return Shown ? <Shown {...props} /> : null
  }
}
