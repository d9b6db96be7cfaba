import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseWindow, type TriedWindow, windowCandidates } from './choose-window'

const of = 'schedule' as const
const names = (...of: Parameters<typeof windowCandidates>) => windowCandidates(...of).map(({ name }) => name)

describe('windowCandidates', () => {
  it('are attention’s, the article’s, an early one, the model’s own, and always', () => {
    const all = windowCandidates({ from: 0.1, to: 0.6, of }, 30, { from: 0.05, to: 0.3, of })
    expect(all).toEqual([
      { name: 'always', window: { from: 0, to: 1, of } },
      { name: 'recommended', window: { from: 0.05, to: 0.3, of } },
      { name: 'early', window: { from: 0, to: 0.4, of } },
      { name: 'article', window: { from: 4 / 30, to: 15 / 30, of } },
      { name: 'attention', window: { from: 0.1, to: 0.6, of } },
    ])
  })

  it('name each set of steps once, and none that is empty', () => {
    expect(names({ from: 0, to: 1, of }, 20)).toEqual(['always', 'early', 'article'])
    expect(names({ from: 0, to: 0.4, of }, 20, { from: 0, to: 0.4, of })).toEqual(['always', 'recommended', 'article'])
    // At one step the article's window holds none, and the early one is the whole run.
    expect(names({ from: 0, to: 1, of }, 1)).toEqual(['always'])
    expect(names({ from: 0, to: 1, of }, 20, { from: 1, to: 9, of: 'sigma' })).toContain('recommended')
  })
})

const tried = (name: TriedWindow['name'], distance: number, atPlace: number, seen?: number): TriedWindow => ({
  name,
  window: { from: 0, to: 1, of },
  distance,
  atPlace,
  ...(seen === undefined ? {} : { seen }),
})

describe('chooseWindow', () => {
  it('takes the nearest picture in which the judge no longer sees the thing', () => {
    const choice = chooseWindow(
      [tried('always', 0.15, 0.2, 0.01), tried('early', 0.12, 0.2, 0.1), tried('article', 0.05, 0.1, 0.9)],
      0.98,
    )
    expect(choice).toMatchObject({ by: 'judge', outcome: 'removes', chosen: { name: 'early' } })
    expect(choice.tried.map(({ removes }) => removes)).toEqual([true, true, false])
  })

  it('suggests nothing where there is nothing to remove, or nothing removes it', () => {
    const all = [tried('always', 0.15, 0.2, 0.6), tried('early', 0.12, 0.2, 0.7)]
    expect(chooseWindow(all, 0.9)).toMatchObject({ by: 'judge', outcome: 'none-removes' })
    expect(chooseWindow(all, 0.9)).not.toHaveProperty('chosen')
    const absent = chooseWindow([tried('always', 0.1, 0.1, 0.01)], 0.02)
    expect(absent).toMatchObject({ outcome: 'nothing-to-remove' })
    expect(absent).not.toHaveProperty('chosen')
    expect(absent.tried[0].removes).toBe(false)
  })

  it('goes by the change at the place where no judge knows the thing', () => {
    const all = [tried('always', 0.15, 0.2), tried('early', 0.1, 0.17), tried('article', 0.05, 0.1)]
    expect(chooseWindow(all)).toMatchObject({ by: 'difference', outcome: 'removes', chosen: { name: 'early' } })
    expect(chooseWindow(all, 0.9).by).toBe('difference')
    expect(chooseWindow([tried('always', 0.01, 0.01)])).toMatchObject({ outcome: 'none-removes' })
  })

  it('chooses one that removes, and none that removes is nearer', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true })
    const one = fc.record({
      name: fc.constant('early' as const),
      window: fc.constant({ from: 0, to: 0.4, of }),
      distance: unit,
      atPlace: unit,
      seen: unit,
    })
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 1, maxLength: 5 }),
        fc.option(unit, { nil: undefined }),
        (all, without) => {
          const { chosen, outcome, tried } = chooseWindow(all, without)
          expect(chosen !== undefined).toBe(outcome === 'removes')
          const removing = tried.filter(({ removes }) => removes)
          expect(chosen?.distance).toBe(removing.length > 0 ? Math.min(...removing.map((r) => r.distance)) : undefined)
        },
      ),
      { seed: 1 },
    )
  })
})
