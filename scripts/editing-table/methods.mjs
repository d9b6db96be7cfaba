/**
 * What the editing table compares: ways from a photograph to what is drawn, each with several guidances. `input(attribute)` is laid over
 * the common input of `edit`.
 *
 * @typedef {{ name: string, input(attribute: string): object }} Method
 */

/** What every edit has in common: nothing is said of the picture. */
export const common = { steps: 20, scale: 5, seed: 1 }

const ways = [
  { name: 'image to image, 0.4', input: { method: 'noise', where: 'everywhere', strength: 0.4 } },
  { name: 'image to image, 0.6', input: { method: 'noise', where: 'everywhere', strength: 0.6 } },
  { name: 'image to image, 0.8', input: { method: 'noise', where: 'everywhere', strength: 0.8 } },
  { name: 'inpainting, mask found', input: { method: 'noise', strength: 0.8 } },
  { name: 'DDIM', input: { method: 'ddim', refinements: 0 } },
  { name: 'DDIM, refined', input: { method: 'ddim', refinements: 2 } },
  { name: 'edit-friendly', input: { method: 'edit-friendly' } },
  { name: 'edit-friendly, everywhere', input: { method: 'edit-friendly', where: 'everywhere' } },
]

const guidances = ['negative-prompt', 'local', 'nag']

/** @type {Method[]} */
export const methods = ways.flatMap(({ name, input }) =>
  guidances.map((guidance) => ({
    name: `${name} · ${guidance}`,
    input: (attribute) => ({ ...input, negatives: [attribute], guidance }),
  })),
)
