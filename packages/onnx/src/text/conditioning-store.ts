import { NegError } from '@neg/core'
import type { Embedding } from './embed'

interface Entry {
  readonly embedding: Promise<Embedding>
  users: number
}

/** Encoded prompts by conditioning id: equal ids share tensors, which go when the last handle is released. */
export interface ConditioningStore {
  /** Takes a share in an embedding, making it if nobody has it. */
  acquire(id: string, make: () => Promise<Embedding>): Promise<Embedding>
  /** @throws `internal` when it was released, or never was this model's */
  get(id: string): Promise<Embedding>
  release(id: string): void
  /** How many embeddings are held. */
  readonly size: number
}

export function createConditioningStore(): ConditioningStore {
  const entries = new Map<string, Entry>()
  const release = (id: string) => {
    const entry = entries.get(id)
    if (entry && --entry.users === 0) entries.delete(id)
  }
  return {
    async acquire(id, make) {
      let entry = entries.get(id)
      if (!entry) {
        entry = { embedding: make(), users: 0 }
        entries.set(id, entry)
      }
      entry.users++
      try {
        return await entry.embedding
      } catch (error) {
        // Whoever shares the failure must not share it with the next.
        if (entries.get(id) === entry) entries.delete(id)
        throw error
      }
    },
    get(id) {
      const entry = entries.get(id)
      if (entry) return entry.embedding
      const message = `A conditioning was used that is not encoded by this model: it was released, or another model made it (${id}).`
      return Promise.reject(new NegError('internal', message))
    },
    release,
    get size() {
      return entries.size
    },
  }
}
