import type { Added, Ground } from './added'
import type { Additions } from './addition'

/** `applyAdditions`, loaded where there is something to add: a browser's worker needs it for few models. */
export async function withAdditions(ground: Ground, additions: Additions): Promise<Added> {
  const { loras = [], embeddings = [], shelf = [] } = additions
  if (loras.length > 0 || embeddings.length > 0) {
    const { applyAdditions } = await import('./apply-additions')
    return applyAdditions(ground, additions)
  }
  const { sessions, text } = ground
  const info = shelf.length > 0 ? { loras: [], embeddings: [], skipped: [], shelf } : undefined
  return { sessions, text, ...(info ? { info } : {}) }
}
