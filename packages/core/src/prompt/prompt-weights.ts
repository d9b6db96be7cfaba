import { NegError } from '../errors/neg-error'
import { word } from './word'

/** A text and the weights of its characters [from, to); characters in no range have weight 1. */
export interface WeightedText {
  readonly text: string
  /** Left out where every weight is 1, so that a text without weights equals the same text in plain syntax. */
  readonly weights?: readonly (readonly [from: number, to: number, weight: number])[]
  /** Where a new window of the text encoder begins (`BREAK`), ascending; left out where none does. */
  readonly breaks?: readonly number[]
}

/** A piece of the text; a `BREAK` has the weight −1 and is one as long as no bracket changed that. */
interface Piece {
  readonly text: string
  weight: number
  readonly isBreak?: true
}

const breaking = new RegExp(`\\s*${word('BREAK')}\\s*`, 'u')

/** What `(…)` multiplies by, and `[…]` divides by. */
const step = 1.1

const token = /\\[()[\]\\]|\\|\(|\[|:\s*([+-]?[.\d]+)\s*\)|\)|\]|[^\\()[\]:]+|:/g

/**
 * Reads AUTOMATIC1111's prompt weights: `(x)` is 1.1, `((x))` 1.21, `(x:1.3)` 1.3, `[x]` 1/1.1, nested ones multiply;
 * `\(` and the like are plain characters, a backslash before anything else is left out. A bracket that is never closed holds to the end; one that was never opened
 * is text. `BREAK` begins a new window of the text encoder; inside brackets it is a word, as there.
 *
 * Source: stable-diffusion-webui, modules/prompt_parser.py, parse_prompt_attention; modules/sd_hijack_clip.py, tokenize_line.
 * @throws `prompt-invalid` where a weight, or the product of nested ones, is beyond what a number holds
 */
export function parsePromptWeights(prompt: string): WeightedText {
  const pieces: Piece[] = []
  const round: number[] = []
  const square: number[] = []
  const multiply = (from: number, by: number) => {
    for (let i = from; i < pieces.length; i++) pieces[i].weight *= by
  }
  for (const [text, weight] of prompt.matchAll(token)) {
    const factor = weight === undefined ? Number.NaN : Number(weight)
    if (text[0] === '\\') pieces.push({ text: text.slice(1), weight: 1 })
    else if (text === '(') round.push(pieces.length)
    else if (text === '[') square.push(pieces.length)
    else if (round.length > 0 && Number.isFinite(factor)) multiply(round.pop() as number, factor)
    else if (round.length > 0 && text === ')') multiply(round.pop() as number, step)
    else if (square.length > 0 && text === ']') multiply(square.pop() as number, 1 / step)
    else pieces.push(...piecesOf(text))
  }
  for (const from of round) multiply(from, step)
  for (const from of square) multiply(from, 1 / step)
  return joined(pieces)
}

/** A stretch without brackets: its text, and a `BREAK` where one stands. */
function piecesOf(text: string): Piece[] {
  const parts = text.split(breaking)
  return parts.flatMap((part, i): Piece[] => [
    ...(i > 0 ? [{ text: 'BREAK', weight: -1, isBreak: true } as const] : []),
    { text: part, weight: 1 },
  ])
}

/** One text; neighbours of equal weight are one range. What `BREAK` parts is parted by a space. */
function joined(pieces: readonly Piece[]): WeightedText {
  let text = ''
  const weights: [number, number, number][] = []
  const breaks: number[] = []
  for (const piece of pieces) {
    if (!Number.isFinite(piece.weight)) {
      throw new NegError(
        'prompt-invalid',
        `The weight of '${piece.text.slice(0, 40)}' is ${piece.weight}: expected finite numbers whose product is one.`,
      )
    }
    if (piece.isBreak && piece.weight === -1) {
      if (text !== '' && !text.endsWith(' ')) text += ' '
      breaks.push(text.length)
      continue
    }
    // A word again: the spaces around it went with the split.
    const content = piece.isBreak ? ` ${piece.text} ` : piece.text
    const from = text.length
    text += content
    if (piece.weight === 1 || content === '') continue
    const last = weights[weights.length - 1]
    if (last && last[1] === from && last[2] === piece.weight) last[1] = text.length
    else weights.push([from, text.length, piece.weight])
  }
  return { text, ...(weights.length > 0 ? { weights } : {}), ...(breaks.length > 0 ? { breaks } : {}) }
}
