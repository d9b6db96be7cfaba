import type { Signature } from '@neg/onnx'
import { expect, it } from 'vitest'
import { remoteSignature } from './model-signature'

const declared = (name: string, datatype: string, shape?: number[]) => ({ name, datatype, ...(shape ? { shape } : {}) })
const metadata = (inputs: ReturnType<typeof declared>[], outputs = [declared('out', 'FP32', [-1, 4])]) => ({
  name: 'unet',
  inputs,
  outputs,
})
const known: Signature = {
  inputs: [{ name: 'sample', type: 'float32', shape: ['batch', 4, 'height', 'width'] }],
  outputs: [{ name: 'out', type: 'float32', shape: ['batch', 4] }],
}
const inputOf = (input: ReturnType<typeof declared>, local?: Signature) =>
  remoteSignature(metadata([input]), 'the test', local).inputs[0]

it('reads types in the protocol’s and in Triton’s names, and which axes are free', () => {
  expect(inputOf(declared('sample', 'FP16', [-1, 4, -1, 8]))).toEqual({
    info: { name: 'sample', type: 'float16', shape: ['batch_size', 4, '', 8] },
    datatype: 'FP16',
    declared: [-1, 4, -1, 8],
  })
  expect(inputOf(declared('sample', 'TYPE_INT64', [1]))).toMatchObject({ info: { type: 'int64', shape: [1] } })
  // One number a row is a column on a server that batches; a fixed one stays what it is.
  expect(inputOf(declared('timestep', 'FP32', [-1, 1])).info.shape).toEqual(['batch_size'])
  expect(inputOf(declared('timestep', 'FP32', [2, 1])).info.shape).toEqual([2, 1])
  expect(inputOf(declared('timestep', 'FP32', [-1, 2])).info.shape).toEqual(['batch_size', 2])
})

it('takes shapes that a server does not say from the local graph, but the server’s types', () => {
  expect(inputOf(declared('sample', 'FP16'), known)).toEqual({
    info: { ...known.inputs[0], type: 'float16' },
    datatype: 'FP16',
    declared: undefined,
  })
  expect(() => inputOf(declared('other', 'FP16'), known)).toThrow(/does not say the shape of 'other'/)
})

it('knows a server that takes digests, and one that would batch them', () => {
  const of = (shape: number[], datatype = 'BYTES') =>
    remoteSignature(metadata([declared('sample', 'FP32', [-1]), declared('cond_digest', datatype, shape)]), 'the test')
  expect(of([-1]).digests).toEqual({ broadcasts: true })
  expect(of([-1, 1]).digests).toEqual({ broadcasts: false })
  expect(of([-1], 'TYPE_STRING').digests).toEqual({ broadcasts: true })
  expect(of([-1]).inputs.map(({ info }) => info.name)).toEqual(['sample'])
  expect(remoteSignature(metadata([declared('sample', 'FP32', [-1])]), 'the test').digests).toBeUndefined()
})

it.each(['BYTES', 'UINT64', 'FP8', 'toString'])('refuses the datatype %s', (datatype) => {
  const failed = expect.objectContaining({ code: 'remote-unsupported' })
  expect(() => inputOf(declared('sample', datatype, [-1]))).toThrow(failed)
})
