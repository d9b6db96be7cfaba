/** Which latents a denoiser was trained at and which it takes, in cells. @experimental */
export interface LatentGrid {
  readonly trained: readonly [height: number, width: number]
  /** Height and width must be multiples of this. */
  readonly multiple: number
  /** Neither may be larger; absent: no bound. */
  readonly most?: number
  /** Numbers of one head of its attention layers, each size once; empty where its config does not say. */
  readonly headSizes: readonly number[]
}
