import { NegError } from '../errors/neg-error'

/** Deeper nesting than this is a mistake or an attack; it would also cost a stack frame a level. */
const deepest = 100

/**
 * For each `(` and `[` that has a partner, where that is. A bracket without one, or crossed with another kind, is plain
 * text, as is one behind a backslash.
 * @throws `prompt-invalid` where brackets nest more than 100 deep.
 */
export function matchBrackets(text: string): ReadonlyMap<number, number> {
  const partners = new Map<number, number>()
  const open: number[] = []
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (c === '\\') i++
    else if (c === '(' || c === '[') open.push(i)
    else if (c === ')' || c === ']') {
      const start = open[open.length - 1]
      if (start !== undefined && text[start] === (c === ')' ? '(' : '[')) {
        open.pop()
        partners.set(start, i)
      }
    }
  }
  refuseDepth(text, partners)
  return partners
}

function refuseDepth(text: string, partners: ReadonlyMap<number, number>): void {
  const ends = new Set(partners.values())
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    if (partners.has(i)) depth++
    if (ends.has(i)) depth--
    if (depth > deepest) {
      throw new NegError(
        'prompt-invalid',
        `Brackets of the prompt nest more than ${deepest} deep at character ${i}; put a backslash before brackets that are meant as text.`,
      )
    }
  }
}
