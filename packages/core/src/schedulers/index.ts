/** `@neg/core/schedulers`: what who writes a scheduler needs, and what lists of schedulers are made of. */
export type { Parameterisation, SchedulerSpec } from '../model/parameterisation'
export { edmLevel, flowLevel, lambdaOf, ratioLevel, ratioOf, vpLevel } from '../prediction/level'
export { networkInput, networkPrediction } from '../prediction/preconditioning'
export type { Level } from '../prediction/prediction'
export { conversion, convert, type Prediction, type Space, withValue } from '../prediction/prediction'
export { type RandomStream, type TorchGenerator, torchGenerator } from '../random/torch-generator'
export { inverseSchedulers, schedulers } from './built-in'
export { checkSchedule } from './check-schedule'
export { createScheduler, findScheduler, schedulerEntries } from './registry'
export {
  type AnySchedulerPlugin,
  defineScheduler,
  type Evaluated,
  type Evaluation,
  type Schedule,
  type ScheduleRequest,
  type Scheduler,
  type SchedulerPlugin,
  type Transition,
} from './scheduler'
export { type SchedulerEntry, type SchedulerOption, schedulerEntry } from './scheduler-entry'
export { type SchedulerName, schedulerNames } from './scheduler-names'
