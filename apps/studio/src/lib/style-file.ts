import { checkRecipe } from '@neg/core'
import type { Style } from '../state/styles'

/** Styles as this page exports them; what is none is left out. */
export function stylesOfJson(text: string): Style[] {
  let data: { styles?: unknown }
  try {
    data = JSON.parse(text)
  } catch {
    return []
  }
  if (!Array.isArray(data.styles)) return []
  return data.styles.filter((style): style is Style => {
    if (typeof style?.name !== 'string' || !['undefined', 'string'].includes(typeof style.prompt)) return false
    try {
      checkRecipe({
        prompt: '',
        negatives: [],
        ...style.settings,
        ...(style.negatives ? { negatives: style.negatives } : {}),
      })
      return true
    } catch {
      return false
    }
  })
}

/** Fields of a CSV file, quoted or not. */
function rowsOf(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, field, end] of `${text.replaceAll('\r\n', '\n').trimEnd()}\n`.matchAll(
    /("(?:[^"]|"")*"|[^,\n]*)(,|\n)/g,
  )) {
    rows[rows.length - 1].push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field)
    if (end === '\n') rows.push([])
  }
  return rows.filter((row) => row.length > 1)
}

/** AUTOMATIC1111's `styles.csv`: name, prompt, negative_prompt. Each negative between commas becomes one of its own. */
export function stylesOfCsv(text: string): Style[] {
  const [head = [], ...rows] = rowsOf(text)
  if (!head[0]?.replace('\uFEFF', '').startsWith('name')) return []
  return rows
    .filter(([name]) => name !== '')
    .map(([name, prompt = '', negative = '']) => ({
      name,
      ...(prompt === '' ? {} : { prompt }),
      ...(negative === ''
        ? {}
        : {
            negatives: negative
              .split(',')
              .map((part) => part.trim())
              .filter(Boolean),
          }),
    }))
}
