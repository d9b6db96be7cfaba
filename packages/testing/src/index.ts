export { type MixtureComponent, type NoiseLevel, type NoisyDensity, noisyDensity, sharesOf } from './gaussian-mixture'
export {
  type GaussianMixtureModel,
  type GaussianMixtureOptions,
  gaussianMixtureModel,
  portraitMixture,
} from './gaussian-mixture-model'
export { builtInProperties } from './guidance-built-in'
export { type GuidanceLawOptions, guidanceLaws } from './guidance-laws'
export type { GuidanceProperties } from './guidance-properties'
export type { Law } from './guidance-subject'
export { type FieldTerms, integrateGuided } from './guided-field'
export { convergence, convergenceConfig, convergenceData } from './scheduler-convergence'
export { evenBetas, type GaussianData, gaussianClean, gaussianError, observedOrder } from './scheduler-gaussian'
export { type SchedulerLawOptions, schedulerLaws } from './scheduler-laws'
export { type ReplayDeviation, recordedNetwork, replayRecording, type SchedulerRecording } from './scheduler-recording'
export { predict, runSolver, type SolverRun, type TestNetwork } from './scheduler-run'
