const [quote, backslash, brace, bracket, endBrace, endBracket] = Array.from('"\\{[}]', (one) => one.charCodeAt(0))

/** Deeper JSON than any request or answer needs would only exhaust the stack. */
export const deepestJson = 64

/** Whether brackets nest deeper than `most` outside strings, in JSON as UTF-8. Looks no further than to the first that does. */
export function nestsDeeper(json: Uint8Array, most = deepestJson): boolean {
  let depth = 0
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]
    if (byte === quote) {
      for (i++; i < json.length && json[i] !== quote; i++) if (json[i] === backslash) i++
    } else if (byte === brace || byte === bracket) {
      if (++depth > most) return true
    } else if (byte === endBrace || byte === endBracket) depth--
  }
  return false
}
