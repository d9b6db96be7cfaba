/** Edits (insert, delete, replace, swap neighbours) from one word to another. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)])
  for (let j = 0; j <= b.length; j++) rows[0][j] = j
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1)
      }
    }
  }
  return rows[a.length][b.length]
}

/** The nearest of some names to what was typed, if one is near. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const lower = typed.toLowerCase()
  const scored = names
    .map((name) => ({ name, score: distance(lower, name.toLowerCase()) }))
    .sort((a, b) => a.score - b.score)
  const [best] = scored
  return best && best.score <= Math.max(2, typed.length * 0.4) ? best.name : undefined
}

/** What to say of a name that there is none of: the nearest, and all that there are. */
export function namesHint(typed: string, names: readonly string[], list = names.join(', ')): string {
  const near = nearest(typed, names)
  return `${near === undefined ? '' : `Did you mean ${near}? `}There are: ${list}.`
}
