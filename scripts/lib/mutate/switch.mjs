/** Inside a test's process: which mutant is on, and which were reached. */
import { appendFileSync, readFileSync } from 'node:fs'
import { afterAll, expect } from 'vitest'

const { NEG_MUTANT_ON: on, NEG_MUTANTS_REACHED: list } = process.env
const active = readFileSync(on, 'utf8')
const reached = new Set()
globalThis.$mutant = (key) => {
  reached.add(key)
  return key === active
}
if (active === '') {
  afterAll(() => {
    appendFileSync(list, `${JSON.stringify({ file: expect.getState().testPath, reached: [...reached] })}\n`)
  })
}
