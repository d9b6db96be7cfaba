import type { Json } from '@neg/core'
import { refuse } from './refuse'

/** Options of something that is chosen by name. */
export type KeyValues = { [key: string]: Json }

/** JSON where it is JSON (`0.3`, `true`, `null`, `[1,2]`), a string otherwise. */
function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Collects `key=value`, repeated; a later value replaces an earlier one of the same key. */
export function collectKeyValue(flag: string): (text: string, before: KeyValues | undefined) => KeyValues {
  return (text, before) => {
    const at = text.indexOf('=')
    if (at < 1) throw refuse(flag, 'must be KEY=VALUE, such as eta=0.3', text)
    return { ...before, [text.slice(0, at).trim()]: jsonOrText(text.slice(at + 1)) }
  }
}
