import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { fail } from '../state/run'
import { loadMore } from '../strings'

/** A component whose code and words are fetched when it is first shown; nothing until it is there. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined
  return function Lazy(props: P) {
    const [Shown, setShown] = useState<ComponentType<P> | undefined>(() => loaded)
    useEffect(() => {
      if (Shown) return
      Promise.all([load(), loadMore()]).then(([component]) => {
        loaded = component
        setShown(() => component)
      }, fail)
    }, [])
    return Shown ? <Shown {...props} /> : null
  }
}
