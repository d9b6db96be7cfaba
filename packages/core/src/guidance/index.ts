export { applyAfterStep, applyGuidance, boundsOf, exactly } from './apply'
export { classifierFree } from './classifier-free'
export type { Condition, Pass } from './condition'
export { general } from './general'
export {
  type Bounds,
  definePlugin,
  type Guidance,
  type GuidancePlugin,
  type GuidanceSpec,
  type LinearGuidance,
  type StepGuidance,
} from './guidance'
export { negativePrompt } from './negative-prompt'
export { type AnyGuidancePlugin, findGuidance, guidancePlugins, registerGuidance } from './registry'
export { type ResolvedGuidance, resolveGuidance } from './resolve'
export type { GuidanceStep, StepView } from './step'
export { effectiveTerms, type Term } from './terms'
