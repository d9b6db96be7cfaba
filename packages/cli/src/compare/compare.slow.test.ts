import { readFileSync } from 'node:fs'
import type { RunRecord } from '@neg/core'
import portraits from '@neg/portraits'
import { expect, test } from 'vitest'
import { inFolder } from '../run-neg.test-helper'
import type { Figures } from './figures'

test('draws every guidance with every seed beside the picture without the negative', async () => {
  await inFolder(async (neg) => {
    const args = ['a professional office woman', '--negative', 'glasses', '--guidance', 'general,classifier-free']
    const { code, stdout } = await neg.run('compare', ...args, '--seed', '1,2', '--steps', '3', '--out', 'both')
    expect(code).toBe(0)
    expect(stdout).toContain('P(glasses)')
    expect(neg.files()).toEqual(['both', 'both/comparison.json', 'both/comparison.png'])
    const figures: Figures[] = JSON.parse(readFileSync(neg.path('both', 'comparison.json'), 'utf8'))
    expect(figures.map(({ guidance, seed }) => `${guidance} ${seed}`)).toEqual(
      ['1', '2'].flatMap((seed) => ['no negative', 'general', 'classifier-free'].map((name) => `${name} ${seed}`)),
    )
    for (const { guidance, distance } of figures) {
      if (guidance === 'general') expect(distance).toBeGreaterThan(0)
      else expect(distance).toBe(0)
    }
  })
})

test('an unknown guidance is refused before anything is drawn', async () => {
  await inFolder(async (neg) => {
    const { code, stderr } = await neg.run('compare', 'x', '--guidance', 'general,nope')
    expect(code).toBe(2)
    expect(stderr).toContain('guidance-unknown')
    expect(neg.files()).toEqual([])
  })
})

test('concepts and further models of the command line reach the guidances that read them', async () => {
  await inFolder(async (neg) => {
    const { code, stdout, stderr } = await neg.run(
      ...['compare', 'a wizard', '--guidance', 'composition,auto,general', '--seed', '1', '--steps', '2', '--json'],
      ...['--role', 'concept=hat', '--role-scale', '-1', '--further-model', `weak=${portraits}`],
    )
    expect(code, stderr).toBe(0)
    const rows: (Figures & { record: RunRecord })[] = JSON.parse(stdout)
    expect(rows.map(({ guidance }) => guidance)).toEqual(['no negative', 'composition', 'auto', 'general'])
    expect(rows[1].distance).toBeGreaterThan(0)
    expect(Object.keys(rows[2].record.models)).toEqual(['main', 'weak'])
  })
})
