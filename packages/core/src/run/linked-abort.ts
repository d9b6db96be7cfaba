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
    signal.addEventListener('abort', follow, { once: true })
    links.push(() => signal.removeEventListener('abort', follow))
  }
  return { controller, signal: controller.signal, unlink }
}
