import type { DiffusionModel } from '@neg/core'
import { type NodeSessions, node, nodeFiles, nodeSessions } from '@neg/node'
import { vocabularySize } from '@neg/onnx'
import type { AttentionFlag } from '../arguments/attention'

/** The model to draw with; weights are read when the first job needs them. */
export const openHosted = ({
  model,
  device,
  mixPictures,
  attention,
}: {
  readonly model?: string
  readonly device: string
  readonly mixPictures: boolean
} & AttentionFlag): Promise<DiffusionModel> =>
  node({
    ...(model === undefined ? {} : { model }),
    device,
    ...(mixPictures ? { mixPictures } : {}),
    ...(attention === undefined ? {} : { attention }),
  })

/** The same model's networks, one by one, each read when it is first asked for. */
export const openSessions = ({
  model,
  device,
}: {
  readonly model?: string
  readonly device: string
}): Promise<NodeSessions> => nodeSessions({ ...(model === undefined ? {} : { model }), device })

/** How many token ids each text encoder knows, by part, where the folder says. */
export async function tokensOf({
  model,
  parts,
}: {
  readonly model?: string
  readonly parts: readonly string[]
}): Promise<Readonly<Record<string, number>>> {
  const files = await nodeFiles(model)
  const encoders = parts.filter((part) => part.startsWith('text_encoder'))
  const sizes = await Promise.all(encoders.map(async (part) => [part, await vocabularySize(files, part)] as const))
  return Object.fromEntries(sizes.flatMap(([part, size]) => (size === undefined ? [] : [[part, size]])))
}
