import { byteAlphabet } from './byte-alphabet'
import { bytePairEncode, type MergeRanks } from './byte-pair-encoding'
import { normalize } from './normalize'
import type { Token, Tokenizer } from './tokenizer'

/** A token that is taken from the text whole. */
export interface AddedToken {
  readonly content: string
  readonly id: number
  /** It is looked for after normalisation, so that its case does not matter. */
  readonly normalized: boolean
}

/** Everything that makes a CLIP tokenizer. */
export interface ClipTokenizerParts {
  readonly vocabulary: ReadonlyMap<string, number>
  readonly ranks: MergeRanks
  readonly added: readonly AddedToken[]
  readonly bos: number
  readonly eos: number
  readonly pad: number
  readonly unknown: number
  readonly limit: number
}

const words = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}]+/gu
/** Words, and the names of special tokens in another case: three words each, cut off from what follows. */
const stretches = new RegExp(`<\\|(?:start|end)oftext\\|>|${words.source}`, words.flags)
const endOfWord = '</w>'

const wordsIn = (text: string): { word: string; at: number }[] =>
  [...text.matchAll(stretches)].flatMap(({ 0: stretch, index: start }) =>
    [...stretch.matchAll(words)].map(({ 0: word, index }) => ({ word, at: start + index })),
  )

/** Cuts a text at added tokens: plain stretches and tokens, in order. */
function splitAdded(text: string, added: readonly AddedToken[]): { text: string; at: number; id?: number }[] {
  if (added.length === 0) return [{ text, at: 0 }]
  const longestFirst = [...added].sort((a, b) => b.content.length - a.content.length)
  const pattern = longestFirst.map(({ content }) => content.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')).join('|')
  const pieces: { text: string; at: number; id?: number }[] = []
  let end = 0
  for (const { 0: content, index } of text.matchAll(new RegExp(pattern, 'g'))) {
    pieces.push({ text: text.slice(end, index), at: end })
    pieces.push({ text: content, at: index, id: longestFirst.find((token) => token.content === content)?.id })
    end = index + content.length
  }
  pieces.push({ text: text.slice(end), at: end })
  return pieces.filter((piece) => piece.text !== '')
}

/**
 * CLIP's tokenizer (Radford et al. 2021): normalise, split into words, byte-level BPE with an end-of-word mark. Gives the
 * ids that transformers 5's CLIPTokenizer gives.
 */
export function clipTokenizer(parts: ClipTokenizerParts): Tokenizer {
  const { vocabulary, ranks, unknown } = parts
  const raw = parts.added.filter(({ normalized }) => !normalized)
  const late = parts.added.filter(({ normalized }) => normalized)
  const encoder = new TextEncoder()

  /** Tokens of one word; offsets are in the word. */
  const encodeWord = (word: string): Token[] => {
    const symbols: string[] = []
    const units: number[] = []
    let unit = 0
    for (const character of word) {
      for (const byte of encoder.encode(character)) {
        symbols.push(byteAlphabet[byte])
        units.push(unit)
      }
      unit += character.length
    }
    units.push(word.length)
    symbols[symbols.length - 1] += endOfWord
    let at = 0
    return bytePairEncode(symbols, ranks).map((piece) => {
      const bytes = piece.endsWith(endOfWord) ? piece.length - endOfWord.length : piece.length
      const from = units[at]
      at += bytes
      // A token that ends inside a character reaches to that character's end.
      let end = at
      while (end < units.length - 1 && units[end] === units[end - 1]) end++
      return { id: vocabulary.get(piece) ?? unknown, from, to: units[end] }
    })
  }

  const encodeStretch = (stretch: string, offset: number): Token[] => {
    const { text, from, to } = normalize(stretch)
    const original = (start: number, end: number) => ({ from: offset + from[start], to: offset + to[end - 1] })
    return splitAdded(text, late).flatMap((piece) => {
      if (piece.id !== undefined) return [{ id: piece.id, ...original(piece.at, piece.at + piece.text.length) }]
      return wordsIn(piece.text).flatMap(({ word, at }) =>
        encodeWord(word).map((token) => {
          const start = piece.at + at
          return { id: token.id, ...original(start + token.from, start + token.to) }
        }),
      )
    })
  }

  const encode = (text: string): Token[] =>
    splitAdded(text, raw).flatMap((piece) =>
      piece.id === undefined
        ? encodeStretch(piece.text, piece.at)
        : [{ id: piece.id, from: piece.at, to: piece.at + piece.text.length }],
    )
  /** A prompt's words, its length and its embedding each ask for its tokens. */
  let last: { readonly text: string; readonly tokens: readonly Token[] } | undefined

  return {
    bos: parts.bos,
    eos: parts.eos,
    pad: parts.pad,
    limit: parts.limit,
    tokenize(text) {
      if (last?.text !== text) last = { text, tokens: encode(text) }
      return last.tokens
    },
  }
}
