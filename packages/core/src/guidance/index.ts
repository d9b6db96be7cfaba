export { applyAfterStep, applyGuidance, boundsOf, exactly } from './apply'
export type { Condition, Pass } from './condition'
export {
  type Bounds,
  definePlugin,
  type Guidance,
  type GuidancePlugin,
  type GuidanceSpec,
  type LinearGuidance,
  type StepGuidance,
} from './guidance'
export type { GuidanceStep, StepView } from './step'
export { effectiveTerms, type Term } from './terms'
