/** A text and the weights of its characters [from, to); characters in no range have weight 1. */
export interface WeightedText {
  readonly text: string
  /** Left out where every weight is 1, so that a text without weights equals the same text in plain syntax. */
  readonly weights?: readonly (readonly [from: number, to: number, weight: number])[]
}

/** What `(…)` multiplies by, and `[…]` divides by. */
const step = 1.1

const token = /\\[()[\]\\]|\\|\(|\[|:\s*([+-]?[.\d]+)\s*\)|\)|\]|[^\\()[\]:]+|:/g

/**
 * Reads AUTOMATIC1111's prompt weights: `(x)` is 1.1, `((x))` 1.21, `(x:1.3)` 1.3, `[x]` 1/1.1, nested ones multiply;
 * `\(` and the like are plain characters, a backslash before anything else is left out. A bracket that is never closed holds to the end; one that was never opened
 * is text. (`BREAK` and `AND` are words like any other: long prompts and composition have their own options.)
 *
 * Source: stable-diffusion-webui, modules/prompt_parser.py, parse_prompt_attention.
 */
export function parsePromptWeights(prompt: string): WeightedText {
  const pieces: { text: string; weight: number }[] = []
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
    else pieces.push({ text, weight: 1 })
  }
  for (const from of round) multiply(from, step)
  for (const from of square) multiply(from, 1 / step)
  return joined(pieces)
}

/** One text; neighbours of equal weight are one range. */
function joined(pieces: readonly { text: string; weight: number }[]): WeightedText {
  let text = ''
  const weights: [number, number, number][] = []
  for (const piece of pieces) {
    const from = text.length
    text += piece.text
    if (piece.weight === 1 || piece.text === '') continue
    const last = weights[weights.length - 1]
    if (last && last[1] === from && last[2] === piece.weight) last[1] = text.length
    else weights.push([from, text.length, piece.weight])
  }
  return weights.length > 0 ? { text, weights } : { text }
}
