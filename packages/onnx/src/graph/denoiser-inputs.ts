/** The names of the two inputs of a denoiser that its attention joins. */
export interface DenoiserInputs {
  /** The noisy latents; its first axis is the rows. */
  readonly latents: string
  /** The text, [rows, tokens, channels]. */
  readonly text: string
}
