/**
 * The names of a denoiser's inputs that more than its own file has to know: those that its attention joins, and its guidance.
 *
 * @experimental
 */
export interface DenoiserInputs {
  /** The noisy latents; its first axis is the rows. */
  readonly latents: string
  /** The text, [rows, tokens, channels]. */
  readonly text: string
  /** What a network is told that was distilled with guidance inside; absent for kinds without such ones. */
  readonly guidance?: string
  /** Inputs that are the same for all rows of a call and have no axis of rows: positions. */
  readonly alone?: readonly string[]
}
