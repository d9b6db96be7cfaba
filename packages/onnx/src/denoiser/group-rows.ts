import type { ResolvedRow } from './resolved-row'

/** What may share a session call. */
export interface Grouping {
  /** Rows of different pictures may: results can then depend on neighbours in their last bits. */
  readonly mixPictures: boolean
  /** Rows at different timesteps may: the network takes one timestep a row. */
  readonly mixTimesteps: boolean
  /** Rows the network takes at most. */
  readonly maxRows: number
}

/**
 * Indices of rows, a group a session call: equal latent shape and text length always (also of an edit's second text), the
 * rest as told. A companion counts as a row of its own.
 */
export function groupRows(rows: readonly ResolvedRow[], grouping: Grouping): number[][] {
  const groups: number[][] = []
  rows.forEach((row, index) => {
    const group = groups.find(([first]) => mayShare(rows[first], row, grouping))
    if (group) group.push(index)
    else groups.push([index])
  })
  return groups.flatMap((group) => {
    const calls: number[][] = []
    let room = 0
    for (const index of group) {
      const size = rows[index].companion ? 2 : 1
      if (room < size) {
        calls.push([])
        room = grouping.maxRows
      }
      calls[calls.length - 1].push(index)
      room -= size
    }
    return calls
  })
}

const tokensOf = (embedding: ResolvedRow['embedding']): number => embedding.text.shape[0]

function mayShare(a: ResolvedRow, b: ResolvedRow, { mixPictures, mixTimesteps }: Grouping): boolean {
  return (
    (mixPictures || a.row.picture === b.row.picture) &&
    (mixTimesteps || a.row.t === b.row.t) &&
    a.row.input.shape.every((size, i) => size === b.row.input.shape[i]) &&
    tokensOf(a.embedding) === tokensOf(b.embedding) &&
    tokensOf(a.against ?? a.embedding) === tokensOf(b.against ?? b.embedding)
  )
}
