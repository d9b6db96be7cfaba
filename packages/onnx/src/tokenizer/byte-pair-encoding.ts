/** Merge rules: pair of symbols, joined by a space → rank; lower ranks merge first. */
export type MergeRanks = ReadonlyMap<string, number>

/**
 * Byte-pair encoding of one word (Sennrich et al. 2016): the pair of neighbours with the lowest rank is merged
 * everywhere, until no pair has a rule.
 */
export function bytePairEncode(symbols: readonly string[], ranks: MergeRanks): readonly string[] {
  let word = symbols
  while (word.length > 1) {
    let best = Number.POSITIVE_INFINITY
    let at = -1
    for (let i = 0; i + 1 < word.length; i++) {
      const rank = ranks.get(`${word[i]} ${word[i + 1]}`)
      if (rank !== undefined && rank < best) {
        best = rank
        at = i
      }
    }
    if (at < 0) break
    const [left, right] = [word[at], word[at + 1]]
    const merged: string[] = word.slice(0, at)
    for (let i = at; i < word.length; i++) {
      if (word[i] === left && word[i + 1] === right) {
        merged.push(left + right)
        i++
      } else merged.push(word[i])
    }
    word = merged
  }
  return word
}
