import type { GuidanceProperties } from './guidance-properties'

const plain = { generalForm: true, spaceFree: true, affineInScale: true, negativeIsPositive: 'positive' } as const

/** What neg's own guidances declare, by name; `name/variant` where one is tested in several ways. */
export const builtInProperties: Readonly<Record<string, GuidanceProperties>> = {
  'classifier-free': { spaceFree: true, affineInScale: true },
  'negative-prompt': { spaceFree: true, affineInScale: true, negativeIsPositive: 'positive' },
  general: plain,
  composition: { ...plain, recipe: { roles: { concept: [] } } },
  'composition/concept': {
    spaceFree: true,
    affineInScale: true,
    identityAtOne: false,
    recipe: { roles: { concept: [{ text: 'pirate', scale: -0.3 }] } },
  },
  window: { options: { window: { from: 0, to: 1 } }, ...plain },
  'window/preset': { options: { window: 'ban2024', outside: 'positive-only' }, spaceFree: true, affineInScale: true },
  interval: { spaceFree: true, affineInScale: true, negativeIsPositive: 'positive' },
  'skip-early': {
    spaceFree: true,
    affineInScale: true,
    negativeIsPositive: 'positive',
    neutral: { options: { until: 0 }, equals: 'general' },
  },
  'scale-schedule': {
    spaceFree: true,
    affineInScale: true,
    negativeIsPositive: 'positive',
    neutral: { options: { curve: 'constant' }, equals: 'general' },
  },
  'scale-schedule/beta': { options: { curve: 'beta' }, spaceFree: true, of: [{ name: 'perp-neg' }] },
  classifier: {
    options: { target: { glasses: -1 } },
    identityAtOne: false,
    neutral: { options: { strength: 0 }, equals: 'general' },
  },
  rescale: { negativeIsPositive: 'positive', neutral: { options: { phi: 0 }, equals: 'general' } },
  'perp-neg': {
    spaceFree: true,
    affineInScale: true,
    negativeIsPositive: 'classifier-free',
    neutral: { options: { beta: 0 }, equals: 'classifier-free' },
  },
  apg: {
    negativeIsPositive: 'positive',
    neutral: { options: { eta: 1, norm: 'none', momentum: 0 }, equals: 'general' },
  },
  'apg/diffusers': { options: { space: 'network', base: 'unconditional', momentum: -0.5, norm: 5 } },
  'cfg-zero-star': { options: { zeroInit: 0 }, negativeIsPositive: 'positive' },
  'cfg-zero-star/still': { options: { zeroInit: 2 } },
  tcfg: { negativeIsPositive: 'positive' },
  'mambo-g': { negativeIsPositive: 'positive', neutral: { options: { alpha: 0 }, equals: 'general' } },
  fdg: {
    spaceFree: true,
    affineInScale: true,
    negativeIsPositive: 'positive',
    neutral: { options: { levels: [{ factor: 1 }, { factor: 1 }] }, equals: 'general' },
  },
  'fdg/projected': { options: { levels: [{ factor: 1, parallel: 0.5 }, { factor: 0.5 }] } },
  'dynamic-thresholding': {
    negativeIsPositive: 'positive',
    neutral: { options: { range: 1e6 }, equals: 'general' },
  },
  'dynamic-thresholding/cfg-plus-plus': { of: [{ name: 'cfg-plus-plus' }], identityAtOne: false },
  mimic: { neutral: { options: { phi: 0 }, equals: 'general' } },
  nag: { spaceFree: true, affineInScale: true, negativeIsNull: false },
  pag: {
    spaceFree: true,
    affineInScale: true,
    identityAtOne: false,
    neutral: { options: { scale: 0 }, equals: 'general' },
  },
  seg: {
    spaceFree: true,
    affineInScale: true,
    identityAtOne: false,
    neutral: { options: { blurSigma: 0 }, equals: 'general' },
  },
  'cfg-plus-plus': { identityAtOne: false, spaceFree: true, affineInScale: true },
  sld: { options: { preset: 'max' }, neutral: { options: { safetyScale: 0 }, equals: 'classifier-free' } },
  sega: {
    recipe: { roles: { edit: [{ text: 'pirate', scale: 1 }] } },
    options: { warmup: 0.3 },
    identityAtOne: false,
  },
  'sega/no-edits': { recipe: { roles: { edit: [] } }, ...plain },
  contrastive: { neutral: { options: { tau: 0 }, equals: 'general' } },
  'dynamic-negative': { spaceFree: true, options: { prior: 0.3 } },
  adaptive: { neutral: { options: { gamma: 1 }, equals: 'general' } },
  'adaptive/apg': { of: [{ name: 'apg' }] },
  auto: { spaceFree: true, dependsOnScale: false },
  'auto/condition': {
    options: { weak: 'condition' },
    recipe: { roles: { weak: [{ text: 'man' }] } },
    spaceFree: true,
    affineInScale: true,
  },
}
