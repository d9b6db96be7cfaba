import { headerLengthName, inferenceRoutes, inferRequest } from '@neg/remote/wire'
import * as z from 'zod'
import type { Operation } from '../openapi/operation'

const tensorMetadata = z.object({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.number().int()).describe('−1 is free.'),
})

const serverMetadata = z.object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) })

const modelMetadata = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(tensorMetadata),
  outputs: z.array(tensorMetadata),
  parameters: z
    .object({
      files: z.record(z.string(), z.string()).describe('SHA-256 of the network’s files.'),
      model: z
        .object({
          id: z.string(),
          digest: z.string().optional(),
          prediction_type: z.string().optional(),
          files: z.record(z.string(), z.string()),
        })
        .describe('The model it belongs to, and the SHA-256 of all that decides it.'),
    })
    .describe('Whose network it is.'),
})

const inferResponse = z.object({
  model_name: z.string(),
  model_version: z.string(),
  id: z.string().optional(),
  outputs: z.array(
    tensorMetadata.extend({
      parameters: z.object({ binary_data_size: z.number().int() }).optional(),
      data: z.array(z.unknown()).optional(),
    }),
  ),
})

const json = (schema: z.ZodType) => ({ 'application/json': schema })
const tag = 'inference'
const header = {
  [headerLengthName]: 'Bytes of the body’s JSON, where raw tensors follow it (the binary extension).',
}

const ofModel = (path: string, versioned: boolean): Operation[] => [
  {
    method: 'get',
    path,
    id: versioned ? 'getInferenceModelVersion' : 'getInferenceModel',
    summary: 'What a network takes and gives.',
    tag,
    answers: { 200: { description: 'Its metadata.', content: json(modelMetadata) } },
  },
  {
    method: 'get',
    path: `${path}/ready`,
    id: versioned ? 'isInferenceModelVersionReady' : 'isInferenceModelReady',
    summary: 'Whether a network can be asked.',
    tag,
    answers: { 200: { description: 'Yes.' } },
  },
  {
    method: 'post',
    path: `${path}/infer`,
    id: versioned ? 'inferVersion' : 'infer',
    summary: 'Runs a network on tensors.',
    tag,
    headers: header,
    body: { 'application/json': inferRequest, 'application/octet-stream': 'binary' },
    answers: {
      200: {
        description: 'Its outputs, as JSON or, where asked for, raw behind the JSON.',
        content: { 'application/json': inferResponse, 'application/octet-stream': 'binary' },
      },
    },
  },
]

/** The routes of the Open Inference Protocol, for the OpenAPI document. */
export const operations: readonly Operation[] = [
  {
    method: 'get',
    path: inferenceRoutes.server,
    id: 'getInferenceServer',
    summary: 'Name, version and extensions.',
    tag,
    answers: { 200: { description: 'They.', content: json(serverMetadata) } },
  },
  {
    method: 'get',
    path: inferenceRoutes.live,
    id: 'isInferenceLive',
    summary: 'The process answers.',
    tag,
    open: true,
    answers: { 200: { description: 'Yes.' } },
  },
  {
    method: 'get',
    path: inferenceRoutes.ready,
    id: 'isInferenceReady',
    summary: 'Networks can be asked.',
    tag,
    open: true,
    answers: { 200: { description: 'Yes.' } },
  },
  ...ofModel(inferenceRoutes.model, false),
  ...ofModel(inferenceRoutes.version, true),
]
