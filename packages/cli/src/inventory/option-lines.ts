import type { OptionRow } from './schema-options'
import { table } from './table'

/** Lines on options, indented: name, type, default, description. */
export function optionLines(options: readonly OptionRow[]): string {
  if (options.length === 0) return '  no options'
  const rows = options.map((option) => [
    option.name,
    option.type,
    option.default === undefined ? '' : `default ${JSON.stringify(option.default)}`,
    option.description ?? '',
  ])
  return table(rows, '  ')
}
