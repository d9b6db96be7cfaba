import type { GraphNode, OpenedLayer } from './graph-nodes'
import type { GraphPatch } from './graph-patch'

export type Overwrite = NonNullable<GraphPatch['overwrites']>[number]

/** One byte makes a node a field that no reader of ONNX knows: 3 in place of 1. */
export const removal = ({ at }: GraphNode): Overwrite => ({ at, bytes: Uint8Array.of(26) })

/** What layers that are taken apart append and overwrite, with overwrites that lie in them done. */
export function openedLayers(
  opened: Iterable<OpenedLayer>,
  all: readonly Overwrite[],
): { readonly bytes: readonly Uint8Array[]; readonly overwrites: readonly Overwrite[] } {
  const layers = [...opened].map((layer) => ({ ...layer, bytes: Uint8Array.from(layer.bytes) }))
  const overwrites = layers.flatMap(({ out }) => out.map(removal))
  for (const overwrite of all) {
    const within = layers.find(({ at, bytes }) => overwrite.at >= at && overwrite.at < at + bytes.length)
    if (within) within.bytes.set(overwrite.bytes, overwrite.at - within.at)
    else overwrites.push(overwrite)
  }
  return { bytes: layers.map(({ bytes }) => bytes), overwrites }
}
