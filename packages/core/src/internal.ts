/**
 * `@neg/core/internal`: for neg's other packages, of the same version. Nothing of it is promised: a patch release may change it.
 */
export { nearest } from './errors/nearest'
export {
  backoff,
  chunksOf,
  type Fetch,
  HttpFailure,
  Passing,
  pause,
  type RetryOptions,
  repeated,
  retryAfter,
  type SendOptions,
  send,
} from './http'
export { maskLight, pasteBack } from './image/paste-back'
export { type Region, resample } from './image/resample'
export { type JsonFlaw, jsonFlaw } from './json/json-flaw'
export { recommendationSchema } from './model/recommendation-schema'
export { type LinePlot, linePlot, type Series } from './plot/line-plot'
export { checkPlugins } from './plugins/check-plugins'
export { isPlugin, isSchedulerPlugin } from './plugins/plugin'
export { foreignSyntax } from './prompt/foreign-syntax'
export { recipeInputSchema } from './recipe/recipe'
export { windowSchema } from './recipe/window'
export { type FittedRegion, fitRegion, lightBox } from './run/fit-region'
export { isForNag } from './run/for-nag'
export { hasFunctions } from './run/functions-of-progress'
export { draw } from './run/generate'
export { type HostedOptions, hostRuns, type RunHost } from './run/hosted-run'
export { type LinkedAbort, linkedAbort } from './run/linked-abort'
export { pointingToResult } from './run/misuse'
export { prepareRun } from './run/prepare-run'
export type { PreparedRun } from './run/prepared-run'
export { startRun } from './run/start-run'
export { fromFloat16, roundFloat16, toFloat16 } from './tensor/float16'
