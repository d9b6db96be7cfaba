/**
 * `@neg/remote/wire`: what the two sides of a connection share, for servers: the forms of neg's jobs, and tensors as the Open Inference
 * Protocol sends them.
 */

export type { DenoiserInputs } from '@neg/onnx/denoiser'
export { denoiserInputs } from '@neg/onnx/internal'
export { parseEventStream, type StreamMessage } from './jobs/events/parse-event-stream'
export { decodePng } from './jobs/png/decode-png'
export { isTerminal, jobImageSchema, jobResultSchema, jobSchema, jobStatuses } from './jobs/protocol/job'
export { errorBodySchema, jobErrorSchema } from './jobs/protocol/job-error'
export { jobEventSchema } from './jobs/protocol/job-event'
export { captureSchema, jobEnvelopeSchema, jobRequestSchema } from './jobs/protocol/job-request'
export { bytesToFloats, floatBytes, fromBase64, inlineLimit, toBase64 } from './jobs/protocol/payload'
export { capabilitiesSchema, modelInfoSchema, serverModelSchema } from './jobs/protocol/server-model'
export { digestInput } from './tensors/conditioning-digests'
export { headerLengthName, joinBody, RawReader, splitBody } from './wire/binary-body'
export { decodeTexts, encodeTexts } from './wire/bytes-elements'
export { type Datatype, datatypeBytes, datatypeOf, elementTypeOf, isDatatype } from './wire/datatype'
export { jsonData, tensorOfJson } from './wire/json-data'
export { deepestJson, nestsDeeper } from './wire/json-depth'
export { type InferRequestJson, inferRequest } from './wire/metadata'
export { byteCount, elementCount, fromWire, toWire, type WireTensor, wireOf } from './wire/wire-tensor'
