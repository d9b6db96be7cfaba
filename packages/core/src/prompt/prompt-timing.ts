import { matchBrackets } from './brackets'

/** A prompt that changes over the run, as a tree. */
export type TimedPrompt =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'all'; readonly parts: readonly TimedPrompt[] }
  /** `before` while step < `when`, `after` from then on; `when` in steps. */
  | { readonly kind: 'switch'; readonly before: TimedPrompt; readonly after: TimedPrompt; readonly when: number }
  /** Another one each step, in turn. */
  | { readonly kind: 'alternate'; readonly turns: readonly TimedPrompt[] }

/** A number as A1111's grammar has it. */
const number = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/

/**
 * Reads AUTOMATIC1111's prompt timing: `[a:b:when]`, `[a::when]`, `[b:when]`, `[a|b|…]`, nested at will. Everything else
 * (weights, escapes, unbalanced brackets) stays text.
 *
 * `when` with a decimal point is a fraction of the run (0.25 of 20 steps: 5), without one a number of steps (5); either
 * way it is cut to whole steps.
 *
 * Source: stable-diffusion-webui, modules/prompt_parser.py (its grammar). There the choice is made with `≤`, so a switch
 * comes one step late; here exactly `when` steps see `a`.
 */
export function parsePromptTiming(text: string, steps: number): TimedPrompt {
  const partners = matchBrackets(text)

  const read = (from: number, to: number): TimedPrompt => {
    const parts: TimedPrompt[] = []
    let plain = ''
    for (let i = from; i < to; i++) {
      const end = partners.get(i)
      if (end === undefined) {
        const escaped = text[i] === '\\' && i + 1 < to
        plain += escaped ? text.slice(i, i + 2) : text[i]
        if (escaped) i++
        continue
      }
      const timed = text[i] === '[' ? group(i + 1, end) : undefined
      if (timed) {
        parts.push({ kind: 'text', text: plain }, timed)
        plain = ''
      } else {
        parts.push({ kind: 'text', text: plain + text[i] }, read(i + 1, end))
        plain = text[end]
      }
      i = end
    }
    parts.push({ kind: 'text', text: plain })
    return { kind: 'all', parts }
  }

  /** What stands between `[` and `]`, if it says something about time. */
  const group = (from: number, to: number): TimedPrompt | undefined => {
    const colons: number[] = []
    const bars: number[] = []
    for (let i = from; i < to; i++) {
      const end = partners.get(i)
      if (end !== undefined) i = end
      else if (text[i] === '\\') i++
      else if (text[i] === ':') colons.push(i)
      else if (text[i] === '|') bars.push(i)
    }
    if (bars.length > 0 && colons.length === 0) {
      const edges = [from - 1, ...bars, to]
      return { kind: 'alternate', turns: bars.concat(to).map((end, i) => read(edges[i] + 1, end)) }
    }
    const last = colons[colons.length - 1]
    const when = text.slice(last + 1, to)
    if (bars.length > 0 || (colons.length !== 1 && colons.length !== 2) || !number.test(when)) return undefined
    return {
      kind: 'switch',
      before: colons.length === 2 ? read(from, colons[0]) : { kind: 'text', text: '' },
      after: read(colons.length === 2 ? colons[0] + 1 : from, last),
      // 2⁻³⁰ absorbs rounding: 0.29 of 100 steps is 29.
      when: Math.trunc(when.includes('.') ? Number(when) * steps + 2 ** -30 : Number(when)),
    }
  }

  return read(0, text.length)
}

/** The text at a step of the full schedule, counted from 0. */
export function promptAt(prompt: TimedPrompt, step: number): string {
  switch (prompt.kind) {
    case 'text':
      return prompt.text
    case 'all':
      return prompt.parts.map((part) => promptAt(part, step)).join('')
    case 'switch':
      return promptAt(step < prompt.when ? prompt.before : prompt.after, step)
    case 'alternate':
      return promptAt(prompt.turns[step % prompt.turns.length], step)
  }
}

/** Whether the text is the same at every step. */
export function isConstant(prompt: TimedPrompt): boolean {
  return prompt.kind === 'text' || (prompt.kind === 'all' && prompt.parts.every(isConstant))
}
