/** A normalised text that remembers where its characters come from. Positions are UTF-16 code units. */
export interface NormalizedText {
  readonly text: string
  /** Code unit i comes from [from[i], to[i]) of the original. */
  readonly from: readonly number[]
  readonly to: readonly number[]
}

/** What NFC may compose: a character with its combining marks, or the jamo of one Hangul syllable. */
const cluster = /[\u1100-\u115f][\u1160-\u11a7]?[\u11a8-\u11ff]?\p{M}*|[^\p{M}]\p{M}*|\p{M}+/gsu

/**
 * CLIP's normalisation as transformers has it: NFC, every run of white space one space, lower case code point by code
 * point (so that a final Σ is σ).
 */
export function normalize(original: string): NormalizedText {
  const from: number[] = []
  const to: number[] = []
  let text = ''
  const add = (piece: string, start: number, end: number) => {
    for (const character of piece) {
      const white = /\p{White_Space}/u.test(character)
      if (white && text.endsWith(' ')) {
        to[to.length - 1] = end
        continue
      }
      const lower = white ? ' ' : character.toLowerCase()
      text += lower
      for (let i = 0; i < lower.length; i++) {
        from.push(start)
        to.push(end)
      }
    }
  }
  const composed = original.normalize('NFC')
  if (composed === original) {
    for (const { 0: character, index } of original.matchAll(/./gsu)) add(character, index, index + character.length)
  } else {
    const pieces = [...original.matchAll(cluster)].map(({ 0: piece, index }) => ({ piece, index }))
    const apart = pieces.map(({ piece }) => piece.normalize('NFC')).join('') === composed
    if (apart) {
      for (const { piece, index } of pieces) add(piece.normalize('NFC'), index, index + piece.length)
    } else add(composed, 0, original.length)
  }
  return { text, from, to }
}
