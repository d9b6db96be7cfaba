/** A controller that aborts with another signal, until it is unlinked. */
export interface LinkedAbort {
  readonly controller: AbortController
  unlink(): void
}

/** What `AbortSignal.any` is for; its signals get lost in Node 20 when garbage is collected. */
export function linkedAbort(signal: AbortSignal | undefined): LinkedAbort {
  const controller = new AbortController()
  const follow = () => controller.abort(signal?.reason)
  if (signal?.aborted) follow()
  signal?.addEventListener('abort', follow, { once: true })
  return { controller, unlink: () => signal?.removeEventListener('abort', follow) }
}
