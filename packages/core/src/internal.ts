/**
 * `@neg/core/internal`: for neg's other packages, of the same version. Nothing of it is promised: a patch release may change it.
 */
export { nearest } from './errors/nearest'
export { type JsonFlaw, jsonFlaw } from './json/json-flaw'
export { recommendationSchema } from './model/recommendation'
export { checkPlugins } from './plugins/check-plugins'
export { isPlugin, isSchedulerPlugin } from './plugins/plugin'
export { roundFloat16 } from './random/float16'
export { recipeInputSchema } from './recipe/recipe'
export { windowSchema } from './recipe/window'
export { hasFunctions } from './run/functions-of-progress'
export { draw } from './run/generate'
export { type HostedOptions, hostRuns, type RunHost } from './run/hosted-run'
export { type LinkedAbort, linkedAbort } from './run/linked-abort'
export { prepareRun } from './run/prepare-run'
export type { PreparedRun } from './run/prepared-run'
export { startRun } from './run/start-run'
