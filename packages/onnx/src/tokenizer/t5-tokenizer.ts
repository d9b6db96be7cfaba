import type { Token, Tokenizer } from './tokenizer'

/** Tokens of a text as strings and ids, in order; what `@huggingface/tokenizers` gives. */
export type EncodeText = (text: string) => { readonly ids: readonly number[]; readonly tokens: readonly string[] }

/** A character with its combining marks: what NFKC may compose. */
const cluster = /[^\p{M}]\p{M}*|\p{M}+/gsu
/** Characters that a token may leave out or change before the next one is looked for. */
const reach = 8
const space = '▁'

/** Characters as T5's normalisation has them, without white space, and the extent of the text that each comes from. */
function normalized(text: string): { readonly character: string; readonly from: number; readonly to: number }[] {
  return [...text.matchAll(cluster)].flatMap(({ 0: piece, index }) =>
    [...piece.normalize('NFKC')]
      .filter((character) => !/\s/u.test(character))
      .map((character) => ({ character, from: index, to: index + piece.length })),
  )
}

/**
 * Where each token stands in the text. SentencePiece tells no offsets: tokens are walked along the text; the mark of a space stands
 * for no character.
 */
function located(text: string, { ids, tokens }: ReturnType<EncodeText>): Token[] {
  const characters = normalized(text)
  let at = 0
  return ids.map((id, i) => {
    let from: number | undefined
    let to = characters[at]?.from ?? text.length
    for (const letter of tokens[i]) {
      if (letter === space) continue
      const next = characters.findIndex(
        ({ character }, index) => index >= at && index < at + reach && character === letter,
      )
      if (next < 0) continue
      from ??= characters[next].from
      to = characters[next].to
      at = next + 1
    }
    return { id, from: from ?? to, to }
  })
}

/** Special tokens and length of a T5 tokenizer. */
export interface T5TokenizerParts {
  readonly eos: number
  readonly pad: number
  readonly limit: number
  /** Without special tokens. */
  readonly encode: EncodeText
}

/** T5's tokenizer (Raffel et al. 2020): SentencePiece's unigram model; a text ends with `</s>`, and nothing stands before it. */
export function t5Tokenizer({ encode, ...special }: T5TokenizerParts): Tokenizer {
  let last: { readonly text: string; readonly tokens: readonly Token[] } | undefined
  return {
    ...special,
    tokenize(text) {
      if (last?.text !== text) last = { text, tokens: located(text, encode(text)) }
      return last.tokens
    },
  }
}
