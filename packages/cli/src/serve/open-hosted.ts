import type { DiffusionModel } from '@neg/core'
import { node } from '@neg/node'

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
