import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { NegError } from '@neg/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ModelFile } from '../files/model-files'
import { readGraphHeader } from './graph-header'

const inMemory = (bytes: Uint8Array): ModelFile => ({
  size: bytes.length,
  slice: async (from, to) => bytes.subarray(from, to),
})

describe('readGraphHeader', () => {
  it('reads the inputs and outputs of the embedded UNet, and little of the file', async () => {
    const descriptor = openSync('packages/portraits/model/unet/model.onnx', 'r')
    let bytesRead = 0
    const file: ModelFile = {
      size: fstatSync(descriptor).size,
      async slice(from, to) {
        bytesRead += to - from
        const buffer = new Uint8Array(to - from)
        readSync(descriptor, buffer, 0, to - from, from)
        return buffer
      },
    }
    const header = await readGraphHeader(file, 'unet/model.onnx')
    closeSync(descriptor)
    expect(header).toEqual({
      inputs: [
        { name: 'sample', type: 'float32', shape: ['batch_size', 8, 'height', 'width'] },
        { name: 'timestep', type: 'float32', shape: ['batch_size'] },
        { name: 'encoder_hidden_states', type: 'float32', shape: ['batch_size', 'sequence_length', 128] },
      ],
      outputs: [{ name: 'out_sample', type: 'float32', shape: ['batch_size', 8, 'height', 'width'] }],
      external: [],
    })
    expect(bytesRead).toBeLessThan(file.size)
  })

  it('reads a rank-0 timestep', async () => {
    const bytes = readFileSync('fixtures/layouts/tiny-sdxl/unet/model.onnx')
    const { inputs } = await readGraphHeader(inMemory(bytes), 'unet/model.onnx')
    expect(inputs.map(({ name, shape }) => [name, shape.length])).toEqual([
      ['sample', 4],
      ['timestep', 0],
      ['encoder_hidden_states', 3],
      ['text_embeds', 2],
      ['time_ids', 2],
    ])
  })

  it('names a file that was cut short, wherever the cut is', async () => {
    const bytes = readFileSync('fixtures/layouts/tiny-sd15/vae_encoder/model.onnx')
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (cut) => {
        const error = await readGraphHeader(inMemory(bytes.subarray(0, cut)), 'vae_encoder/model.onnx').then(
          () => undefined,
          (reason) => reason,
        )
        // A cut between two fields of the outermost message leaves a whole model: opset imports come last.
        if (error === undefined) expect(bytes.length - cut).toBeLessThan(64)
        else {
          expect(NegError.isInstance(error) && error.code).toBe('model-file-malformed')
          expect(error.message).toContain('vae_encoder/model.onnx')
        }
      }),
      { seed: 1, numRuns: 60 },
    )
  })

  it('never hangs or breaks on bytes that are no model', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const outcome = await readGraphHeader(inMemory(bytes), 'x.onnx').catch((error) => error)
        if (outcome instanceof Error) {
          expect(['model-file-malformed', 'model-unsupported']).toContain((outcome as NegError).code)
        }
      }),
      { seed: 2, numRuns: 500 },
    )
  })
})
