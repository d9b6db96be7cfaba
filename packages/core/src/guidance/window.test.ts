import { describe, expect, it } from 'vitest'
import { windowPresets } from '../recipe/window-presets'
import { draws, fakeRun } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const predictions = { y: draws(8, 1), u: draws(8, 2), n: draws(8, 3) }
const make = (name: string, options = {}, of?: { name: string; options?: Record<string, never> }[]) =>
  fakeRun(resolveGuidance({ name, options, ...(of ? { of } : {}) }).guidance, [2, 2, 2])

/** What each step of a run gives: `inner`, classifier-free guidance, or d_y. */
async function kinds(run: ReturnType<typeof make>, steps: number): Promise<string> {
  const known = new Map(
    await Promise.all(
      (['general', 'classifier-free'] as const).map(async (name) => {
        const negatives = name === 'general' ? ['n'] : []
        return [String((await make(name)({ predictions, negatives })).values), name[0]] as const
      }),
    ),
  )
  known.set(String([...Float32Array.from(predictions.y)]), 'y')
  let seen = ''
  for (let step = 0; step < steps; step++) {
    seen += known.get(String((await run({ predictions, negatives: ['n'], step, steps })).values)) ?? '?'
  }
  return seen
}

describe('window', () => {
  it('acts from ≤ step / steps < to, outside plain guidance', async () => {
    const run = make('window', { window: { from: 0.2, to: 0.5 } })
    expect(await kinds(run, 10)).toBe('ccgggccccc')
  })

  it('can be nothing but d_y outside, at one pass', async () => {
    const run = make('window', { window: { from: 0.2, to: 0.5 }, outside: 'positive-only' })
    expect(await kinds(run, 10)).toBe('yygggyyyyy')
    expect((await run({ predictions, negatives: ['n'], step: 0 })).rows).toBe(1)
  })

  it('covers the run as [0, 1), and nothing where no step falls', async () => {
    expect(await kinds(make('window', { window: { from: 0, to: 1 } }), 7)).toBe('ggggggg')
    expect(await kinds(make('window', { window: { from: 0.41, to: 0.49 } }), 10)).toBe('cccccccccc')
  })

  it('has the study’s window: its calls 5..15 of 31 are steps 4..14 of 30', async () => {
    const seen = await kinds(make('window', { window: 'ban2024' }), 30)
    expect(seen.indexOf('g')).toBe(4)
    expect(seen.lastIndexOf('g')).toBe(14)
    expect(await kinds(make('window', { window: 'ban2024-adjective' }), 30)).toBe(`${'c'.repeat(9)}${'g'.repeat(21)}`)
    expect(windowPresets['ban2024-noun']).toEqual(windowPresets.ban2024)
  })

  it('is named where it is wrong', () => {
    expect(() => resolveGuidance({ name: 'window', options: { window: { from: 0.5, to: 0.2 } } })).toThrow(/above from/)
    expect(() => resolveGuidance({ name: 'window', options: { window: 'ban2025' } })).toThrow(
      /window: must be .*ban2024-noun/,
    )
  })
})

describe('interval', () => {
  const at = (sigma: number) => ({ t: 500, alpha: 1, sigma })

  it('is open at σ_lo < σ ≤ σ_hi, with the paper’s SDXL values by default', async () => {
    const run = make('interval')
    const rows = async (sigma: number) => (await run({ predictions, negatives: ['n'], level: at(sigma) })).rows
    expect(await Promise.all([0.28, 0.281, 5.42, 5.43].map(rows))).toEqual([1, 2, 2, 1])
  })

  it('can be in fractions, d_y outside', async () => {
    expect(await kinds(make('interval', { from: 0.2, to: 0.5, of: 'schedule' }), 10)).toBe('yygggyyyyy')
    expect(() => make('interval', { from: 0.2, to: 5, of: 'schedule' })).toThrow(/fraction/)
  })
})

describe('skip-early', () => {
  it('skips the first part, strictly', async () => {
    expect(await kinds(make('skip-early', { until: 0.3 }), 10)).toBe('yyyggggggg')
  })

  it('is off at 0, the first step included (A1111’s ≤ switches guidance off there)', async () => {
    expect(await kinds(make('skip-early', { until: 0 }), 4)).toBe('gggg')
  })
})
