/** English words that say how things stand to each other: no model is trained with lists of them. */
const small = new Set(
  'a an and as at behind below beside by for from has her his in into is its near of off on or over the their to under very who with without no not wearing'.split(
    ' ',
  ),
)

/** Letters of any script, and what joins them. */
const words = /\p{L}[\p{L}\p{M}\p{N}'’]*/gu

/** The words of texts, in lower case. */
export const wordsIn = (texts: readonly string[]): ReadonlySet<string> =>
  new Set(texts.flatMap((text) => text.toLowerCase().match(words) ?? []))

/** A piece of a prompt. */
export interface Piece {
  readonly text: string
  /** A word that is not among the known ones. */
  readonly unknown: boolean
}

/** A prompt in pieces, by whether the model knows them; one piece where nothing is known of what it knows. */
export function pieces(text: string, known: ReadonlySet<string>): Piece[] {
  if (known.size === 0) return [{ text, unknown: false }]
  const found: Piece[] = []
  let at = 0
  for (const match of text.matchAll(words)) {
    const word = match[0].toLowerCase()
    if (small.has(word) || known.has(word)) continue
    if (match.index > at) found.push({ text: text.slice(at, match.index), unknown: false })
    found.push({ text: match[0], unknown: true })
    at = match.index + match[0].length
  }
  if (at < text.length) found.push({ text: text.slice(at), unknown: false })
  return found
}
