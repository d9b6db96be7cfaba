export type {
  Evaluated,
  Evaluation,
  Schedule,
  ScheduleRequest,
  Scheduler,
  SchedulerPlugin,
  Transition,
} from './scheduler'
