import references from '../../../../fixtures/portraits/references.json'

/** One recorded picture of diffusers. */
export type ReferenceCase = (typeof references.cases)[number]

export const referenceCases: readonly ReferenceCase[] = references.cases

/** The recipe of a recorded picture. */
export const recipeOf = (c: ReferenceCase) => ({
  prompt: c.prompt,
  negatives: c.negative === null ? [] : [c.negative],
  // By name, so that it is diffusers' numbers whatever the model recommends.
  guidance: 'negative-prompt',
  scheduler: { name: c.scheduler, config: c.options as Record<string, number | boolean> },
  steps: c.steps,
  scale: c.scale,
  seed: c.seed,
})

/** Largest difference, relative to the largest recorded value. */
export function relativeError(got: Float32Array, { latents }: ReferenceCase): number {
  const largest = latents.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
  return got.reduce((worst, value, i) => Math.max(worst, Math.abs(value - latents[i])), 0) / largest
}

/** Where the test server has the embedded model. */
export const portraits = '/packages/portraits/model/'
