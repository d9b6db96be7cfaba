import { zeros } from '@neg/core/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupRows } from './group-rows'
import type { ResolvedRow } from './resolved-row'

const conditioning = { id: '', prompt: { text: '' }, words: [], length: 77, warnings: [], release: () => undefined }

const resolved = (picture: string, t: number, width: number, length: number): ResolvedRow => ({
  row: { picture, t, input: zeros([4, 8, width]), conditioning },
  embedding: { inputs: {}, text: zeros([length, 2]) },
})

const anyRow = fc
  .tuple(fc.constantFrom('a', 'b'), fc.constantFrom(1, 500), fc.constantFrom(8, 16), fc.constantFrom(77, 154))
  .map((parts) => resolved(...parts))

describe('groupRows', () => {
  it('puts every row into one call, and only such together as may be', () => {
    fc.assert(
      fc.property(
        fc.array(anyRow, { maxLength: 12 }),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom(1, 3, Number.POSITIVE_INFINITY),
        (rows, mixPictures, mixTimesteps, maxRows) => {
          const groups = groupRows(rows, { mixPictures, mixTimesteps, maxRows })
          expect(groups.flat().toSorted((a, b) => a - b)).toEqual(rows.map((_, i) => i))
          for (const group of groups) {
            const members = group.map((i) => rows[i])
            const distinct = (f: (member: ResolvedRow) => unknown) => new Set(members.map(f)).size
            expect(group.length).toBeLessThanOrEqual(maxRows)
            expect(distinct(({ row }) => row.input.shape[2])).toBe(1)
            expect(distinct(({ embedding }) => embedding.text.shape[0])).toBe(1)
            if (!mixPictures) expect(distinct(({ row }) => row.picture)).toBe(1)
            if (!mixTimesteps) expect(distinct(({ row }) => row.t)).toBe(1)
          }
        },
      ),
      { seed: 1 },
    )
  })

  it('keeps texts of an edit apart by their length, too', () => {
    const edited = (length: number | undefined): ResolvedRow => ({
      ...resolved('a', 1, 8, 77),
      ...(length === undefined ? {} : { against: resolved('a', 1, 8, length).embedding }),
    })
    const all = { mixPictures: true, mixTimesteps: true, maxRows: Number.POSITIVE_INFINITY }
    // Without an edit a row's own text stands in: it may share with an edit of as many tokens.
    expect(groupRows([edited(77), edited(154), edited(undefined), edited(154)], all)).toEqual([
      [0, 2],
      [1, 3],
    ])
  })

  it('counts a companion as a row: it never lies in another call than its own', () => {
    const single = resolved('a', 1, 8, 77)
    const pair: ResolvedRow = { ...single, companion: single }
    const at = (maxRows: number, rows: ResolvedRow[]) =>
      groupRows(rows, { mixPictures: true, mixTimesteps: true, maxRows })
    expect(at(2, [single, pair, single])).toEqual([[0], [1], [2]])
    expect(at(3, [single, pair, single])).toEqual([[0, 1], [2]])
    expect(at(3, [pair, pair, single])).toEqual([[0], [1, 2]])
    expect(at(4, [pair, pair, single])).toEqual([[0, 1], [2]])
  })

  it('makes as few calls as that allows', () => {
    const rows = [resolved('a', 1, 8, 77), resolved('a', 500, 8, 77), resolved('b', 1, 8, 77)]
    const all = { mixPictures: true, mixTimesteps: true, maxRows: Number.POSITIVE_INFINITY }
    expect(groupRows(rows, all)).toEqual([[0, 1, 2]])
    expect(groupRows(rows, { ...all, mixPictures: false })).toEqual([[0, 1], [2]])
    expect(groupRows(rows, { ...all, mixTimesteps: false })).toEqual([[0, 2], [1]])
    expect(groupRows(rows, { ...all, maxRows: 2 })).toEqual([[0, 1], [2]])
  })
})
