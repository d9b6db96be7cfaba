import { readFileSync } from 'node:fs'
import { builtInGuidances } from '@neg/core/guidance'
import { expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

it('docs/guidance.md names every guidance', () => {
  const page = read('docs/guidance.md')
  const unnamed = builtInGuidances.map(({ name }) => name).filter((name) => !page.includes(`\`${name}\``))
  expect(unnamed).toEqual([])
})

it('docs/write-a-guidance.md shows the example as it is', () => {
  const source = read('examples/guidance-plugin/src/renorm.ts').replace(/\/\*\*[\s\S]*?\*\/\n/, '')
  expect(read('docs/write-a-guidance.md')).toContain(source.trim())
})
