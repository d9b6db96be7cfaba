import { NegError } from '@neg/core'
import { describe, expect, it } from 'vitest'
import { ofTensors } from './inference-error'

const failed = (text: string) =>
  ofTensors(new NegError('runtime-failed', `The runtime failed at running unet/model.onnx: ${text}`))?.code

describe('what a network failed at', () => {
  it.each([
    // onnxruntime 1.30 on tiny-sd15: a sample of 15 × 17, a token id of 100,000.
    "Non-zero status code returned while running Concat node. Name:'/up_blocks.0/Concat' Status Message: Non concat axis dimensions must match: Axis 2 has mismatched dimensions of 16 and 15",
    "Non-zero status code returned while running Gather node. Name:'/embeddings/Gather' Status Message: indices element out of data bounds, idx=100000 must be within the inclusive range [-924,923]",
  ])('were the tensors: %s', (text) => expect(failed(text)).toBe('request-invalid'))

  it.each([
    'Non-zero status code returned while running Conv node. Status Message: CUDNN failure 4: CUDNN_STATUS_INTERNAL_ERROR ; shape=1',
    'The session was closed.',
    'GPU device lost while reading a shape',
  ])('was this side: %s', (text) => expect(failed(text)).toBeUndefined())

  it('is looked at only in the runtime’s own failures', () => {
    expect(ofTensors(new NegError('out-of-memory', 'shape'))).toBeUndefined()
    expect(ofTensors(new Error('shape'))).toBeUndefined()
  })
})
