import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { recordOf } from '../record/record'
import { inFolder } from '../run-neg.test-helper'
import type { ProbeReport } from './probe-report'

describe('neg probe', () => {
  it('says when a negative acts, suggests a window that it drew with, and writes what it saw', async () => {
    await inFolder(async (neg) => {
      const args = ['a professional office woman', '--negative', 'glasses', '--seed', '8', '--steps', '8']
      const { code, stdout } = await neg.run('probe', ...args, '--apply', '--out', 'seen')
      expect(code).toBe(0)
      const report: ProbeReport = JSON.parse(readFileSync(neg.path('seen', 'probe.json'), 'utf8'))
      // PLMS makes one call more than it has steps.
      expect(report.points.map(({ call }) => call)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
      expect(report.points.map(({ step }) => step)).toEqual([0, 0, 1, 2, 3, 4, 5, 6, 7])
      expect(report.against).toBe('woman')
      for (const { ratio, negative, positive } of report.points) expect(ratio).toBeCloseTo(negative / positive)
      const { choice, seenWithout } = report
      expect(choice.by).toBe('judge')
      expect(seenWithout).toBeGreaterThan(0.5)
      // What is suggested was drawn with: it removes, and no other that removes is nearer to the picture without.
      const { chosen, tried } = choice
      const removing = tried.filter(({ seen = 1 }) => seen < 0.5)
      expect(removing.length).toBeGreaterThan(0)
      expect(chosen?.distance).toBe(Math.min(...removing.map(({ distance }) => distance)))
      const edge = (fraction: number) => `${Math.ceil(8 * fraction - 1e-9)}/8`
      expect(stdout).toContain(
        chosen?.name === 'always'
          ? '(--negative-window 0-1)'
          : `(--negative-window ${edge(chosen?.window.from ?? 0)}-${edge(chosen?.window.to ?? 0)})`,
      )
      const windows = tried.flatMap(({ name }) => (name === 'always' ? [] : [`window-${name}`]))
      expect(windows).toEqual(['window-recommended', 'window-article', 'window-attention'])
      expect(neg.files()).toEqual(
        [
          'seen',
          ...['always', 'applied', 'attention', 'comparison', 'none', ...windows].map((name) => `seen/${name}.png`),
          'seen/probe.json',
          'seen/strength.svg',
        ].sort(),
      )
      const negatives = (name: string) =>
        recordOf(readFileSync(neg.path('seen', `${name}.png`)), name).recipe.negatives.map(({ window }) => window)
      expect(negatives('applied')).toEqual([chosen?.window])
      for (const { name, window } of tried) {
        expect(negatives(name === 'always' ? name : `window-${name}`)).toEqual([window])
      }
      expect(negatives('none')).toEqual([])
      // Watching changes nothing of the picture.
      await neg.run('generate', ...args, '--negative-window', '0-1', '--out', 'plain.png')
      const picture = recordOf(readFileSync(neg.path('plain.png')), 'plain')
      const watched = recordOf(readFileSync(neg.path('seen', 'always.png')), 'always')
      expect(watched.recipe).toEqual(picture.recipe)
    })
  })

  it('has r_t = 1 at every call for a negative equal to the prompt', async () => {
    await inFolder(async (neg) => {
      const { stdout } = await neg.run('probe', 'woman', '--negative', 'woman', '--steps', '3', '--seed', '1', '--json')
      const { points, against, choice }: ProbeReport = JSON.parse(stdout)
      expect(against).toBe('woman')
      // No judge knows a woman.
      expect(choice.by).toBe('difference')
      expect(points.map(({ ratio, equal, meanSquare }) => [ratio, equal, meanSquare])).toEqual(
        new Array(4).fill([1, 1, 1]),
      )
    })
  })

  it('names the words there are when it is asked for another', async () => {
    await inFolder(async (neg) => {
      const word = await neg.run('probe', 'a woman', '--negative', 'glasses', '--word', 'beard', '--steps', '2')
      expect(word).toMatchObject({ code: 2, stdout: '' })
      expect(word.stderr).toMatch(/--word must be of the negative "glasses"; got "beard"/)
      const against = await neg.run('probe', 'a woman', '--negative', 'glasses', '--against', 'man', '--steps', '2')
      expect(against.stderr).toMatch(/--against must be a word of the prompt "a woman"; got "man"/)
      expect((await neg.run('probe', 'a woman')).stderr).toMatch(/--negative/)
      expect(neg.files()).toEqual([])
    })
  })
})
