/**
 * `@neg/remote/wire`: what the two sides of a connection share, for servers: the paths, headers and forms of neg's jobs, and of the Open
 * Inference Protocol with its tensors.
 */

export type { DenoiserInputs } from '@neg/onnx/denoiser'
export { denoiserInputs } from '@neg/onnx/internal'
export { parseEventStream, type StreamMessage } from './jobs/events/parse-event-stream'
export { decodePng } from './jobs/png/decode-png'
export { assetSchema } from './jobs/protocol/asset'
export { isTerminal, jobImageSchema, jobPageSchema, jobResultSchema, jobSchema, jobStatuses } from './jobs/protocol/job'
export { errorBodySchema, jobErrorSchema } from './jobs/protocol/job-error'
export { jobEventSchema } from './jobs/protocol/job-event'
export { captureSchema, jobEnvelopeSchema, jobRequestSchema } from './jobs/protocol/job-request'
export { bytesToFloats, floatBytes, fromBase64, inlineLimit, toBase64 } from './jobs/protocol/payload'
export { jobHeaders, routes } from './jobs/protocol/routes'
export { capabilitiesSchema, modelInfoSchema, serverModelSchema } from './jobs/protocol/server-model'
export { headerLengthName, joinBody, RawReader, splitBody } from './wire/binary-body'
export { decodeTexts, encodeTexts } from './wire/bytes-elements'
export { conditioningMiss, digestInput } from './wire/conditioning'
export { type Datatype, datatypeBytes, datatypeOf, elementTypeOf, isDatatype } from './wire/datatype'
export { inferenceRoutes } from './wire/inference-routes'
export { jsonData, tensorOfJson } from './wire/json-data'
export { deepestJson, nestsDeeper } from './wire/json-depth'
export { type InferRequestJson, inferRequest } from './wire/metadata'
export { pathTo } from './wire/path-to'
export { byteCount, elementCount, fromWire, toWire, type WireTensor, wireOf } from './wire/wire-tensor'
