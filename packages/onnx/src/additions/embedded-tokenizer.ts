import type { Token, Tokenizer } from '../tokenizer/tokenizer'

/** A textual inversion's tokens, and what prompts call it. */
export interface NamedTokens {
  readonly names: readonly string[]
  readonly ids: readonly number[]
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** What may stand before and after a name, so that `bad` is not found in `badge`. */
const before = '(?<![\\p{L}\\p{N}_])'
const after = '(?![\\p{L}\\p{N}_])'

/**
 * A tokenizer that knows textual inversions by name: each name in a text, in any case, as a word of its own, with or without ComfyUI's
 * `embedding:` before it and `.safetensors` or `.pt` after it, gives its vectors' tokens, all of which stand for the name.
 */
export function embeddedTokenizer(tokenizer: Tokenizer, embeddings: readonly NamedTokens[]): Tokenizer {
  const byName = new Map(
    embeddings.flatMap(({ names, ids }) => names.map((name) => [name.toLowerCase(), ids] as const)),
  )
  if (byName.size === 0) return tokenizer
  const names = [...byName.keys()].sort((a, b) => b.length - a.length).map(escaped)
  const pattern = new RegExp(
    `${before}(?:embedding:)?(${names.join('|')})(?:\\.(?:safetensors|pt|bin))?${after}`,
    'giu',
  )
  const bounded = new RegExp(`(?:embedding:)?(${names.join('|')})`, 'giu')
  const split = (text: string): Token[] => {
    const tokens: Token[] = []
    let end = 0
    const plain = (to: number) => {
      const stretch = text.slice(end, to)
      if (stretch !== '')
        for (const { id, from, to } of tokenizer.tokenize(stretch)) tokens.push({ id, from: from + end, to: to + end })
    }
    // Names that begin or end with a sign (`<style>`) need no space beside them.
    const found = [
      ...text.matchAll(pattern),
      ...[...text.matchAll(bounded)].filter(([, name]) => /^\W.*\W$/su.test(name)),
    ]
    const ordered = found.sort((a, b) => a.index - b.index || b[0].length - a[0].length)
    for (const { 0: whole, 1: name, index } of ordered) {
      if (index < end) continue
      plain(index)
      const to = index + whole.length
      for (const id of byName.get(name.toLowerCase()) ?? []) tokens.push({ id, from: index, to })
      end = to
    }
    plain(text.length)
    return tokens
  }
  let last: { readonly text: string; readonly tokens: readonly Token[] } | undefined
  return {
    ...tokenizer,
    tokenize(text) {
      if (last?.text !== text) last = { text, tokens: split(text) }
      return last.tokens
    },
  }
}
