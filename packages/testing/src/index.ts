export { type ReplayDeviation, recordedNetwork, replayRecording, type SchedulerRecording } from './scheduler-recording'
export { predict, runSolver, type SolverRun, type TestNetwork } from './scheduler-run'
