import { builtInGuidances } from '@neg/core/guidance'
import { expect, test } from 'vitest'
import { guidancePages } from './guidance-pages.mjs'
import { shownWith } from './guidance-recipes.mjs'

const pages = guidancePages((formula) => `<math>${formula}</math>`)

test.each(builtInGuidances.map((guidance) => [guidance.name, guidance]))(
  '%s has a page with its formula, options, source, and what it draws or why not',
  (name, { formula, options, source, summary }) => {
    const page = pages[name]
    expect(page).toContain(`# ${name}\n\n${summary}`)
    expect(page).toContain(`<math>${formula}</math>`)
    expect(page).toContain(source)
    for (const option of Object.keys(options.toJSONSchema().properties ?? {}))
      expect(page).toContain(`| \`${option}\` |`)
    expect(page).toMatch(/\(pictures\/[\w-]+\.png\)|Not drawn: /)
    expect(page).toMatch(/\| \d+ % \(|Not in \[the table\]/)
    expect(page).toContain('export const ')
  },
)

test('a guidance of which nothing is said is no page', () => {
  expect(() => shownWith('new-one')).toThrow("the page of the guidance 'new-one'")
})

test('figures are those that were measured', () => {
  expect(pages['perp-neg']).toContain('| perp-neg | 28 % (24–33) | 0.063 (0.058–0.069) |')
})
