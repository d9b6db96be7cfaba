/**
 * `@neg/core/guidance`: what who writes a guidance needs, and what lists of guidances are made of. The guidances themselves are
 * asked for by name: `findGuidance('apg')`.
 */
export type { Requirement } from '../model/requirement'
export { lambdaOf, ratioOf } from '../prediction/level'
export type { Level } from '../prediction/prediction'
export { conversion, convert, type Guided, type Prediction, type Space, withValue } from '../prediction/prediction'
export type { Transition } from '../schedulers/scheduler'
export { applyAfterStep, applyGuidance, boundsOf, exactly } from './apply'
export { activeNegatives, baseTerms, generalTerms, rowsOf, rowsOfTerms, shareOf } from './base'
export { builtInGuidances } from './built-in'
export { classifierGuidance, type LogGradient } from './classifier'
export type { Condition, Pass } from './condition'
export { describeGuidance, type GuidanceDescription } from './describe'
export {
  type AnyGuidancePlugin,
  type Bounds,
  definePlugin,
  type Guidance,
  type GuidancePlugin,
  type LinearGuidance,
  type StepGuidance,
} from './guidance'
export { type GuidanceName, guidanceNames } from './guidance-names'
export { pairGuidance } from './pair-guidance'
export { findGuidance, guidancePlugins } from './registry'
export { type ResolvedGuidance, resolveGuidance } from './resolve'
export { betaCurve, clampedLinear, poweredCosine, scaleCurves } from './scale-curves'
export type { GuidanceStep, StepView } from './step'
export { effectiveTerms, type Term } from './terms'
export { type ViewChange, withView } from './with-view'
export { refuseSplit, single, wrap } from './wrap'
