import * as z from 'zod'
import type { DeepReadonly } from '../json/deep-readonly'
import { sha256Schema } from './image'
import { type Scalar, scalarSchema } from './scalar'
import type { Window, WindowCurve } from './window'
import { namedWindowSchema, type WindowInput } from './window-presets'

/** A picture that a ControlNet reads, as people write it. */
export const controlSchema = z.strictObject({
  sha256: sha256Schema,
  controlnet: z.string().min(1).optional(),
  strength: scalarSchema.optional(),
  window: namedWindowSchema.optional(),
})

/** A picture that leads what is drawn, by a ControlNet (Zhang et al. 2023, arXiv 2302.05543), as people write it. */
export interface ControlInput {
  /** Of the file, lower-case hex; required. What the ControlNet was trained to read (edges, a depth map, a pose), of the recipe's size. */
  readonly sha256: string
  /** Which of the model's ControlNets (`ModelInfo.controls`). Default the only one. */
  readonly controlnet?: string
  /**
   * Factor of what it adds to the denoiser (diffusers' `controlnet_conditioning_scale`): a number, or a curve over progress. 0: it is
   * not run. Default 1.
   */
  readonly strength?: DeepReadonly<z.input<typeof scalarSchema>>
  /**
   * When it acts: `{ from, to, of }` in fractions of the run (diffusers' `control_guidance_start` and `_end`), or a step curve of 0
   * and 1. Default always.
   */
  readonly window?: WindowInput
}

/** A picture that leads what is drawn, complete. */
export interface ControlSpec {
  readonly sha256: string
  readonly controlnet: string
  readonly strength: Scalar
  readonly window?: Window | WindowCurve
}
