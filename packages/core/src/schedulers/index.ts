export { checkSchedule } from './check-schedule'
export { createScheduler, findScheduler, schedulerFrom, schedulers } from './registry'
export type {
  Evaluated,
  Evaluation,
  Schedule,
  ScheduleRequest,
  Scheduler,
  SchedulerPlugin,
  Transition,
} from './scheduler'
export { type SchedulerEntry, type SchedulerOption, schedulerEntry } from './scheduler-entry'
