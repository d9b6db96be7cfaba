import type { Descriptor } from './descriptor'

// The messages of `inference.GRPCInferenceService` (open_inference_grpc.proto), as far as a client of raw tensors needs.

const tensorMetadata = {
  name: [1, 'string'],
  datatype: [2, 'string'],
  shape: [3, 'int64', 'repeated'],
} as const satisfies Descriptor

const inputTensor = tensorMetadata

const requestedOutput = { name: [1, 'string'] } as const satisfies Descriptor

const contents = {
  bool: [1, 'bool', 'repeated'],
  int: [2, 'int64', 'repeated'],
  int64: [3, 'int64', 'repeated'],
  uint: [4, 'int64', 'repeated'],
  uint64: [5, 'int64', 'repeated'],
  fp32: [6, 'float', 'repeated'],
  fp64: [7, 'double', 'repeated'],
} as const satisfies Descriptor

const outputTensor = { ...tensorMetadata, contents: [5, contents] } as const satisfies Descriptor

export const nothing = {} as const satisfies Descriptor

export const serverMetadataResponse = {
  name: [1, 'string'],
  version: [2, 'string'],
  extensions: [3, 'string', 'repeated'],
} as const satisfies Descriptor

export const modelRequest = { name: [1, 'string'], version: [2, 'string'] } as const satisfies Descriptor

export const modelMetadataResponse = {
  name: [1, 'string'],
  versions: [2, 'string', 'repeated'],
  platform: [3, 'string'],
  inputs: [4, tensorMetadata, 'repeated'],
  outputs: [5, tensorMetadata, 'repeated'],
} as const satisfies Descriptor

/** Triton's; the rest of its model configuration is skipped. */
export const modelConfigResponse = {
  config: [1, { max_batch_size: [4, 'int64'] }],
} as const satisfies Descriptor

export const modelInferRequest = {
  model_name: [1, 'string'],
  model_version: [2, 'string'],
  id: [3, 'string'],
  inputs: [5, inputTensor, 'repeated'],
  outputs: [6, requestedOutput, 'repeated'],
  raw_input_contents: [7, 'bytes', 'repeated'],
} as const satisfies Descriptor

export const modelInferResponse = {
  model_name: [1, 'string'],
  outputs: [5, outputTensor, 'repeated'],
  raw_output_contents: [6, 'bytes', 'repeated'],
} as const satisfies Descriptor
