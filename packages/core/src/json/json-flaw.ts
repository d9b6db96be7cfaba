/** How deep data may nest: no recipe needs more, and checking it must not exhaust the stack. */
export const deepestJson = 64

/** What is wrong with data, and where: the keys and indices that lead there. */
export interface JsonFlaw {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/**
 * What schemas can't refuse by themselves: a key `__proto__`, which they would leave out without a word, and data that nests
 * deeper than `deepestJson` or holds itself.
 */
export function jsonFlaw(value: unknown): JsonFlaw | undefined {
  const checked = new Set<object>()
  const look = (value: unknown, path: readonly (string | number)[]): JsonFlaw | undefined => {
    if (typeof value !== 'object' || value === null || checked.has(value)) return undefined
    if (path.length > deepestJson) return { path: path.slice(0, 3), message: `nests deeper than ${deepestJson} levels` }
    const entries = Array.isArray(value) ? value.entries() : Object.entries(value)
    for (const [key, one] of entries) {
      if (key === '__proto__') return { path, message: 'Unrecognized key: "__proto__"' }
      const flaw = look(one, [...path, key])
      if (flaw) return flaw
    }
    checked.add(value)
    return undefined
  }
  return look(value, [])
}
