import * as z from 'zod'
import { promptSchema } from './prompt'

/** Ways back from a picture to the noise that leads to it. @experimental */
export const inversionMethods = ['edit-friendly', 'ddim', 'dpm-solver', 'flow'] as const

/** @experimental */
export type InversionMethod = (typeof inversionMethods)[number]

/** What tells where a negative's thing is. */
export const findings = ['attention', 'difference', 'both'] as const

export type Finding = (typeof findings)[number]

/** The name of a file. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, { message: 'must be a SHA-256 in lower-case hex' })
const pixel = z.number().int().min(-65_536).max(65_536)
const pixels = z.number().int().min(1).max(65_536)

/** The picture that a recipe begins from, as people write it. */
export const imageSchema = z.strictObject({
  sha256: sha256Schema,
  strength: z.number().gt(0).max(1).optional(),
  mask: sha256Schema.optional(),
  feather: z.union([z.number().min(0).max(4096), z.literal(false)]).optional(),
  inversion: z
    .strictObject({
      method: z.enum(inversionMethods).optional(),
      source: promptSchema.optional(),
      scale: z.number().optional(),
      refinements: z.number().int().min(0).max(20).optional(),
    })
    .optional(),
  find: z
    .strictObject({
      by: z.enum(findings).optional(),
      quantile: z.number().min(0).lt(1).optional(),
      grow: z.number().int().min(0).max(64).optional(),
    })
    .optional(),
  region: z.strictObject({ x: pixel, y: pixel, width: pixels, height: pixels }).optional(),
})

/** The picture that is begun from, as people write it. */
export interface ImageInput {
  /** Of the file, lower-case hex; required. */
  readonly sha256: string
  /**
   * Share of the schedule that is run, above 0, at most 1 (diffusers' `strength`). Default 0.8; 1 for networks that read the picture
   * (inpainting, InstructPix2Pix).
   */
  readonly strength?: number
  /** SHA-256 of a mask: white is drawn anew, black is kept, to the pixel. Default none: all of it, or what `find` finds. */
  readonly mask?: string
  /**
   * Pixels inside of the mask's edge over which what was drawn fades in; 0 is a hard edge. `false`: nothing is pasted back, so that
   * kept pixels are what the VAE makes of kept latents, as in diffusers. Default half a latent cell.
   */
  readonly feather?: number | false
  /** Begin from the noise that leads to the picture, rather than from the picture with any noise. Default not. */
  readonly inversion?: {
    /** Default `edit-friendly`; `flow` for a flow model. */
    readonly method?: InversionMethod
    /** What the picture shows, in words: the condition that it is inverted under. Default `""`, the model's null. */
    readonly source?: string
    /** Guidance scale of the inversion. Default `scale` where `source` is the prompt, so that nothing changes without a negative; else 1. */
    readonly scale?: number
    /** Fixed-point iterations of each step of `ddim` and `flow`, an evaluation each. Default 2. */
    readonly refinements?: number
  }
  /** Find a mask: where the negatives' things are. Default not; not together with `mask`. */
  readonly find?: {
    /**
     * By the cross-attention of the negatives' words, by the difference that they make to the prediction (as `local` does), or by the
     * product of both. Default `attention` where that can be watched, else `difference`.
     */
    readonly by?: Finding
    /** Share of the picture that stays, for each negative. Default 0.85. */
    readonly quantile?: number
    /** Latent cells that a found mask grows by. Default 1. */
    readonly grow?: number
  }
  /**
   * The part of the picture that is drawn, in its pixels, scaled to the recipe's width and height; what lies beyond the picture is
   * its border's colours. It is put back, and the result has the picture's size. Default all of a picture of the recipe's size.
   */
  readonly region?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

/** The picture that is begun from, complete. */
export interface ImageSpec {
  readonly sha256: string
  readonly strength: number
  readonly mask?: string
  /**
   * Where a mask, given or found, is dark, latents are kept, and pixels, too: pasted back over what is decoded, with an edge so many
   * pixels wide; with `false` pixels are as decoded.
   */
  readonly feather?: number | false
  readonly inversion?: {
    readonly method: InversionMethod
    readonly source: string
    readonly scale: number
    readonly refinements?: number
  }
  readonly find?: Required<NonNullable<ImageInput['find']>>
  readonly region?: ImageInput['region']
}
