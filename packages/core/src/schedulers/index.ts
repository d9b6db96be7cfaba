export { inverseSchedulers, schedulers } from './built-in'
export { checkSchedule } from './check-schedule'
export { createScheduler, findScheduler, schedulerEntries, schedulerFrom } from './registry'
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
