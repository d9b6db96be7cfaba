export { type FollowedEvent, followJob } from './client/follow-job'
export { attach, generate, type RemoteOptions, type RemoteResult, type RemoteRun } from './client/generate'
export { type NegServer, type NegServerOptions, negServer } from './client/neg-server'
export type { RemoteEvent } from './client/remote-event'
export { parseEventStream, type StreamMessage } from './events/parse-event-stream'
export { backoff, type RetryOptions, retryAfter } from './http/backoff'
export { decodePng } from './png/decode-png'
export {
  isTerminal,
  type Job,
  type JobImage,
  type JobLatents,
  type JobProgress,
  type JobResult,
  type JobStatus,
  jobImageSchema,
  jobResultSchema,
  jobSchema,
  jobStatuses,
} from './protocol/job'
export { type ErrorBody, errorBodySchema, type JobError, jobErrorSchema } from './protocol/job-error'
export { type JobEvent, jobEventSchema, type PreviewEvent } from './protocol/job-event'
export {
  captureSchema,
  type JobRequest,
  type JobRequestInput,
  jobEnvelopeSchema,
  jobRequestSchema,
} from './protocol/job-request'
export { bytesToFloats, floatBytes, fromBase64, inlineLimit, type Payload, toBase64 } from './protocol/payload'
export {
  type Capabilities,
  capabilitiesSchema,
  modelInfoSchema,
  type ServerModel,
  serverModelSchema,
} from './protocol/server-model'
