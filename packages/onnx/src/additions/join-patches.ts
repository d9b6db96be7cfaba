import type { GraphPatch } from '../graph/graph-patch'
import { joinBytes } from '../graph/wire-writer'

/** Several patches of one graph as one, called as the last; each made for the file as it is. */
export function joinPatches(patches: readonly (GraphPatch | undefined)[]): GraphPatch | undefined {
  const own = patches.filter((patch) => patch !== undefined)
  if (own.length < 2) return own[0]
  return {
    name: own[own.length - 1].name,
    bytes: joinBytes(own.map(({ bytes }) => bytes)),
    overwrites: own.flatMap(({ overwrites = [] }) => overwrites),
  }
}
