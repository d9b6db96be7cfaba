import type { DiffusionModel } from '@neg/core'
import { node } from '@neg/node'

/** The model that the options name; the embedded one by default. */
export const openModel = (
  { model, device }: { readonly model?: string; readonly device: string },
  signal: AbortSignal,
): Promise<DiffusionModel> => node({ ...(model === undefined ? {} : { model }), device, signal })
