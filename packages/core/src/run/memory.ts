/**
 * The state of a run's guidance. Reads give what the previous scheduler step left; only the writes of a step's first
 * evaluation (and of `afterStep`) are kept, so that all slopes of a multi-evaluation solver see one history.
 */
export class Memory {
  private readonly kept = new Map<string, unknown>()
  private readonly written = new Map<string, unknown>()

  /** A cell; one that is not `lasting` forgets its writes with the evaluation. */
  cell<T>(key: string, initial: () => T, lasting: boolean): { value: T } {
    const { kept, written } = this
    let own: { value: T } | undefined
    return {
      get value(): T {
        if (own) return own.value
        if (lasting && written.has(key)) return written.get(key) as T
        if (kept.has(key)) return kept.get(key) as T
        own = { value: initial() }
        return own.value
      },
      set value(value: T) {
        own = { value }
        if (lasting) written.set(key, value)
      },
    }
  }

  /** Ends a scheduler step: what was written becomes what the next step reads. */
  commit(): void {
    for (const [key, value] of this.written) this.kept.set(key, value)
    this.written.clear()
  }
}
