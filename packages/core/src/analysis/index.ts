/** `@neg/core/analysis`: what a run's predictions, attention and pictures tell. */
export { type AttentionSample, type PromptRef, samplesOf } from './attention-sample'
export {
  chooseWindow,
  type TriedWindow,
  type WindowCandidate,
  type WindowChoice,
  windowCandidates,
} from './choose-window'
export type { LayerWeighting } from './column-strength'
export { confidenceBand, type Interval, meanInterval } from './confidence-band'
export { type CriticalStep, crossingOf, peakOf } from './critical-step'
export { heatMap } from './heat-map'
export { heatOverlay } from './heat-overlay'
export { inducingEffect, type PromptPair } from './inducing-effect'
export { type KernelDistance, kernelDistance } from './kernel-distance'
export { momentumCosines } from './momentum'
export { oneStepDifference } from './neutralization'
export { phraseTokens } from './phrase-tokens'
export { differenceAt, pictureDistance } from './picture-difference'
export { firstPlaced, type PlacementPoint, placementCurve } from './placement'
export { type RelatedWord, relatedWords } from './related-word'
export { reverseActivation } from './reverse-activation'
export { meanSquareCurve, type StrengthPoint, strengthCurve } from './strength-curve'
export { type SuggestedWindow, suggestWindow } from './suggest-window'
