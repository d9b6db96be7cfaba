import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { inFolder } from '../run-neg.test-helper'

describe('neg experiment', () => {
  it('runs the smallest slice of every experiment, with figures and numbers', async () => {
    await inFolder(async (neg) => {
      const { code, stdout } = await neg.run('experiment', 'all', '--size', 'smallest', '--out', 'found')
      expect(code).toBe(0)
      const names = ['delay', 'strength', 'window', 'local-edit', 'reverse-activation', 'neutralization']
      for (const name of names) {
        const text = readFileSync(neg.path('found', `${name}.json`), 'utf8')
        const { findings, ...report } = JSON.parse(text)
        expect(report).toMatchObject({ experiment: name, size: 'smallest', grid: { pairs: 1, seeds: 1, steps: 4 } })
        expect(Object.keys(findings).length).toBeGreaterThan(2)
        expect(stdout).toContain(`${name} (`)
      }
      const figures = neg.files().filter((file) => file.endsWith('.svg'))
      expect(figures.length).toBeGreaterThanOrEqual(names.length)
      for (const figure of figures) expect(readFileSync(neg.path(figure), 'utf8')).toMatch(/^<svg[\s\S]*<\/svg>\s*$/)
    })
  })

  it('goes on where it was cut off, and gives what it would have given', async () => {
    await inFolder(async (neg) => {
      const run = () => neg.run('experiment', 'strength', '--size', 'smallest', '--out', 'found')
      await run()
      const findings = () => JSON.parse(readFileSync(neg.path('found', 'strength.json'), 'utf8')).findings
      const whole = findings()
      const log = neg.path('found', 'strength.units.jsonl')
      const lines = readFileSync(log, 'utf8').split('\n')
      writeFileSync(log, lines.slice(0, 3).join('\n'))
      const { stderr } = await run()
      expect(stderr).toContain('strength: 2 of 4 done before')
      expect(findings()).toEqual(whole)
      expect((await neg.run('experiment', 'strength', '--size', 'quick', '--out', 'found')).stderr).toMatch(/Delete it/)
    })
  })

  it('names the experiments there are', async () => {
    await inFolder(async (neg) => {
      const { code, stderr } = await neg.run('experiment', 'gravity')
      expect(code).toBe(2)
      expect(stderr).toMatch(/delay, strength, window/)
      expect(neg.files()).toEqual([])
    })
  })
})
