import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtInGuidances } from '@neg/core/guidance'
import { common } from '../../scripts/guidance-table/methods.mjs'
import { root } from '../../scripts/lib/workspace.mjs'
import { guidancePage } from './guidance-page.mjs'

const read = (path) => readFileSync(join(root, path), 'utf8')

/** Rows that were measured, of both tables. */
function measured() {
  const [table, local] = ['docs/guidance/table.json', 'docs/guidance/local.json'].map((path) => JSON.parse(read(path)))
  const rows = ({ methods, seeds }) => methods.map((row) => ({ name: row.name, row, of: `${seeds} seeds × 10 pairs` }))
  const known = new Set(table.methods.map(({ name }) => name))
  return [...rows(table), ...rows(local).filter(({ name }) => !known.has(name))]
}

/**
 * The page of every built-in guidance, by name.
 * @param {(formula: string) => string} math A formula as HTML.
 * @returns {Record<string, string>} as Markdown
 */
export function guidancePages(math) {
  const rows = measured()
  return Object.fromEntries(
    builtInGuidances.map((guidance) => {
      const source = read(`packages/core/src/guidance/${guidance.name}.ts`)
      return [guidance.name, guidancePage(guidance, { math, measured: rows, source, common })]
    }),
  )
}
