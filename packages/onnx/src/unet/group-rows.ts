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
  const groups = new Map<string, number[]>()
  rows.forEach(({ row, embedding, against = embedding }, index) => {
    const key = JSON.stringify([
      row.input.shape,
      embedding['encoder_hidden_states'].shape[0],
      against['encoder_hidden_states'].shape[0],
      grouping.mixPictures ? null : row.picture,
      grouping.mixTimesteps ? null : row.t,
    ])
    const group = groups.get(key)
    if (group) group.push(index)
    else groups.set(key, [index])
  })
  return [...groups.values()].flatMap((group) => {
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
