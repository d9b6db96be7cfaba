import type { DiffusionModel } from '@neg/core'
import { type NodeSessions, node, nodeSessions } from '@neg/node'

/** The model to draw with; weights are read when the first job needs them. */
export const openHosted = ({
  model,
  device,
  mixPictures,
}: {
  readonly model?: string
  readonly device: string
  readonly mixPictures: boolean
}): Promise<DiffusionModel> =>
  node({ ...(model === undefined ? {} : { model }), device, ...(mixPictures ? { mixPictures } : {}) })

/** The same model's networks, one by one, each read when it is first asked for. */
export const openSessions = ({
  model,
  device,
}: {
  readonly model?: string
  readonly device: string
}): Promise<NodeSessions> => nodeSessions({ ...(model === undefined ? {} : { model }), device })
