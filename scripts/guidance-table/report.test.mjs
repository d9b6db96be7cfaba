import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { worse } from './report.mjs'

const interval = (value, half) => ({ value, low: value - half, high: value + half })
const row = (removed, distance, half) => ({ removed: interval(removed, half), distance: interval(distance, half / 10) })

test('worse is worse on both axes, and says whether by more than chance', () => {
  const reference = row(0.6, 0.14, 0.05)
  expect(worse(row(0.4, 0.16, 0.05), reference)).toBe('worse than the negative prompt on both axes')
  expect(worse(row(0.58, 0.141, 0.05), reference)).toContain('within the intervals')
  for (const better of [row(0.4, 0.13, 0.05), row(0.7, 0.2, 0.05), reference]) expect(worse(better, reference)).toBe('')
})

test('the table of the documentation marks every method of its figures that is worse', () => {
  const read = (path) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')
  const { methods } = JSON.parse(read('guidance/table.json'))
  const of = (name) => methods.find((method) => method.name === name)
  const rows = read('guidance.md').split('\n')
  for (const method of methods.filter(({ baseline, name }) => !baseline && !/dynamic-negative|η/.test(name))) {
    const line = rows.find((text) => text.startsWith(`| ${method.name} | `) && text.includes('%'))
    expect(line?.includes('worse than'), method.name).toBe(worse(method, of('negative-prompt')) !== '')
  }
})
