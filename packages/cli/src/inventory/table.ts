/** Rows with their columns aligned, two spaces apart; numbers are not treated apart. */
export function table(rows: readonly (readonly string[])[], indent = ''): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows
    .map((row) => `${indent}${row.map((text, column) => text.padEnd(widths[column])).join('  ')}`.trimEnd())
    .join('\n')
}
