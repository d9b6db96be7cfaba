/** A controller that aborts with other signals, until it is unlinked. */
export interface LinkedAbort {
  readonly controller: AbortController
  readonly signal: AbortSignal
  /** Follows the others no more, and leaves no listener with them. */
  unlink(): void
}

/**
 * What `AbortSignal.any` is for: a signal that aborts with the first of several, and with its reason. Those of
 * `AbortSignal.any` can be collected as garbage in Node 20 before they abort, and can't be unlinked from signals that live on.
 *
 * @param signals Those that are undefined are passed over.
 */
export function linkedAbort(...signals: readonly (AbortSignal | undefined)[]): LinkedAbort {
  const controller = new AbortController()
  const links: (() => void)[] = []
  const unlink = () => {
    for (const cut of links.splice(0)) cut()
  }
  for (const signal of signals) {
    if (!signal) continue
    const follow = () => {
      unlink()
      controller.abort(signal.reason)
    }
    if (signal.aborted) {
      follow()
      break
    }
    links.push(listen(signal, follow))
  }
  return { controller, signal: controller.signal, unlink }
}

interface Followers {
  readonly all: Set<() => void>
  readonly onAbort: () => void
}

/** Who follows a signal: one listener each, however many runs share it (Node warns of a leak from eleven listeners on). */
const followed = new WeakMap<AbortSignal, Followers>()

/** Calls `follow` when the signal aborts; gives what ends that. */
function listen(signal: AbortSignal, follow: () => void): () => void {
  const followers = followed.get(signal) ?? followersOf(signal)
  followers.all.add(follow)
  return () => {
    followers.all.delete(follow)
    if (followers.all.size > 0 || followed.get(signal) !== followers) return
    signal.removeEventListener('abort', followers.onAbort)
    followed.delete(signal)
  }
}

function followersOf(signal: AbortSignal): Followers {
  const all = new Set<() => void>()
  const onAbort = () => {
    for (const follow of all) follow()
  }
  const followers = { all, onAbort }
  signal.addEventListener('abort', onAbort, { once: true })
  followed.set(signal, followers)
  return followers
}
