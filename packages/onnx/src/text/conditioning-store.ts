import { NegError } from '@neg/core'
import type { Embedding } from './embed'

interface Entry {
  readonly making: Promise<Embedding>
  made?: Embedding
  users: number
}

/** Encoded prompts by conditioning id: equal ids share tensors, which go when the last handle is released. */
export interface ConditioningStore {
  /** Takes a share in an embedding, making it if nobody has it. */
  acquire(id: string, make: () => Promise<Embedding>): Promise<Embedding>
  /** One that was acquired. @throws `internal` when it was released, or never was this model's */
  get(id: string): Embedding
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
        entry = { making: make(), users: 0 }
        entries.set(id, entry)
      }
      entry.users++
      try {
        entry.made = await entry.making
        return entry.made
      } catch (error) {
        // Whoever shares the failure must not share it with the next.
        if (entries.get(id) === entry) entries.delete(id)
        throw error
      }
    },
    get(id) {
      const made = entries.get(id)?.made
      if (made) return made
      throw new NegError(
        'internal',
        `A conditioning was used that is not encoded by this model: it was released, or another model made it (${id}).`,
      )
    },
    release,
    get size() {
      return entries.size
    },
  }
}
