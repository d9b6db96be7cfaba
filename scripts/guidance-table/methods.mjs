/**
 * What the table compares. `recipe(pair)` is laid over the common recipe; `scheduler` only where a method needs another, and
 * then its own baseline is drawn with it.
 *
 * @typedef {import('./pairs.mjs').Pair} Pair
 * @typedef {{ name: string, recipe(pair: Pair): object, scheduler?: object, baseline?: boolean }} Method
 */

const against =
  (spec = {}) =>
  (pair) => ({ negatives: [{ text: pair.negative, ...spec }] })
const guided = (name, options, spec) => (pair) => ({ ...against(spec)(pair), guidance: { name, options } })
/** A wrapper around the usual negative prompt. */
const around = (name, options) => (pair) => ({
  ...against()(pair),
  guidance: { name, options, of: [{ name: 'negative-prompt' }] },
})

/** The window that the embedded model's neg.json gives negatives. */
const early = { window: { from: 0, to: 0.4 } }

/** Noise in every step: what dynamic negative guidance estimates its posterior from. */
const stochastic = { name: 'DDIMScheduler', config: { eta: 1 } }

/** @type {Method[]} */
export const methods = [
  { name: 'no negative', recipe: () => ({ guidance: 'classifier-free' }), baseline: true },
  { name: 'negative-prompt', recipe: guided('negative-prompt') },
  { name: 'general, s⁻ = 2', recipe: against({ scale: 2 }) },
  { name: 'general, s⁻ = s⁺ (NOT)', recipe: against({ scale: 5 }) },
  { name: 'general, window ban2024', recipe: against({ window: { from: 4 / 30, to: 15 / 30 } }) },
  { name: 'perp-neg', recipe: guided('perp-neg') },
  { name: 'sld, medium', recipe: guided('sld', { preset: 'medium' }) },
  { name: 'sld, max', recipe: guided('sld', { preset: 'max' }) },
  { name: 'contrastive', recipe: guided('contrastive') },
  {
    name: 'classifier',
    recipe: (pair) => ({
      guidance: {
        name: 'classifier',
        options: { target: { [pair.attribute]: -1 } },
        of: [{ name: 'classifier-free' }],
      },
    }),
  },
  { name: 'nag', recipe: guided('nag') },
  { name: 'local', recipe: guided('local', {}, early) },
  { name: 'local, always', recipe: guided('local') },
  {
    name: 'local, gentle',
    recipe: guided('local', { hull: 2, quantile: 0.93, strength: 3, range: 1, peak: 1 }, early),
  },
  { name: 'apg', recipe: guided('apg') },
  { name: 'cfg-plus-plus', recipe: guided('cfg-plus-plus') },
  { name: 'cfg-zero-star', recipe: guided('cfg-zero-star') },
  { name: 'tcfg', recipe: guided('tcfg') },
  { name: 'mambo-g', recipe: guided('mambo-g') },
  { name: 'fdg', recipe: guided('fdg') },
  { name: 'rescale', recipe: around('rescale') },
  { name: 'interval', recipe: around('interval') },
  { name: 'skip-early', recipe: around('skip-early') },
  { name: 'adaptive', recipe: around('adaptive') },
  { name: 'scale-schedule, linear', recipe: around('scale-schedule', { curve: 'linear' }) },
  { name: 'dynamic-thresholding', recipe: around('dynamic-thresholding') },
  { name: 'mimic', recipe: guided('mimic') },
  { name: 'embedding weight 0.5', recipe: against({ embeddingWeight: 0.5 }) },
  { name: 'sega', recipe: (pair) => ({ guidance: 'sega', roles: { edit: [{ text: pair.negative, scale: -1 }] } }) },
  { name: 'pag', recipe: around('pag') },
  { name: 'seg', recipe: around('seg') },
  {
    name: 'no negative, η = 1',
    recipe: () => ({ guidance: 'classifier-free' }),
    scheduler: stochastic,
    baseline: true,
  },
  { name: 'negative-prompt, η = 1', recipe: guided('negative-prompt'), scheduler: stochastic },
  { name: 'dynamic-negative', recipe: guided('dynamic-negative'), scheduler: stochastic },
]

/** What every picture has in common. */
export const common = { scale: 5, steps: 10, scheduler: { name: 'DDIMScheduler', config: {} } }
