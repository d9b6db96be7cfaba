import { NegError } from '@neg/core'
import type { Value } from '@neg/onnx'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeTexts } from '../wire/bytes-elements'
import type { ModelMetadata } from '../wire/metadata'
import { fromWire, type WireTensor, wireOf } from '../wire/wire-tensor'
import { digestOf } from './conditioning-digests'
import { remoteSignature } from './model-signature'
import { remoteSession } from './remote-session'
import type { InferRequest, Transport } from './transport'
import { chooseTransport } from './transport-choice'

const unet: ModelMetadata = {
  name: 'unet',
  inputs: [
    { name: 'sample', datatype: 'FP32', shape: [-1, 1, 2, 2] },
    { name: 'timestep', datatype: 'FP32', shape: [-1] },
    { name: 'encoder_hidden_states', datatype: 'FP32', shape: [-1, -1, 2] },
  ],
  outputs: [{ name: 'out_sample', datatype: 'FP32', shape: [-1, 1, 2, 2] }],
}
const withDigests = (shape: number[]): ModelMetadata => ({
  ...unet,
  inputs: [...(unet.inputs ?? []), { name: 'cond_digest', datatype: 'BYTES', shape }],
})

const floats = (shape: number[], fill: (i: number) => number): Value => ({
  type: 'float32',
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => fill(i)),
  shape,
})

/** One step: `rows` passes over one latent, row i attending to text i. */
const step = (rows: number, x = 0) => ({
  sample: floats([rows, 1, 2, 2], (i) => x + (i % 4)),
  timestep: floats([rows], () => 500),
  encoder_hidden_states: floats([rows, 3, 2], (i) => i),
})

/** A session whose server is `answer`. */
function sessionOf(metadata: ModelMetadata, answer: (request: InferRequest) => WireTensor[], mostRows = 0) {
  const requests: InferRequest[] = []
  const transport: Transport = {
    name: 'http-binary',
    async infer(request) {
      requests.push(request)
      const sum = (tensors: readonly WireTensor[]) => tensors.reduce((total, { bytes }) => total + bytes.byteLength, 0)
      const outputs = answer(request)
      return { outputs, sent: sum(request.inputs), received: sum(outputs) }
    },
  }
  const session = remoteSession({
    model: 'unet',
    where: 'the test',
    signature: remoteSignature(metadata, 'the test'),
    transport: chooseTransport([transport], undefined),
    mostRows,
    timeout: 1000,
    firstTimeout: 9000,
  })
  return { session, requests }
}

const find = ({ inputs }: InferRequest, name: string) => inputs.find((input) => input.name === name)

/** out = −sample, one row for each timestep or digest. */
const negative = (request: InferRequest): WireTensor[] => {
  const { data } = fromWire(find(request, 'sample') as WireTensor)
  const rows = find(request, 'cond_digest')?.shape[0] ?? find(request, 'sample')?.shape[0] ?? 0
  const whole = Float32Array.from({ length: rows * 4 }, (_, i) => -Number(data[i % data.length]))
  return [wireOf('out_sample', { type: 'float32', data: whole, shape: [rows, 1, 2, 2] })]
}

const miss = () => new NegError('remote-model-missing', 'missing', { cause: new Error('404: COND_MISS sha256:00') })

describe('a remote session', () => {
  it('runs like any session', async () => {
    const { session, requests } = sessionOf(unet, negative)
    const { out_sample: out } = await session.run(step(2))
    expect(out).toEqual(floats([2, 1, 2, 2], (i) => -(i % 4)))
    expect(requests[0].inputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['sample', [2, 1, 2, 2]],
      ['timestep', [2]],
      ['encoder_hidden_states', [2, 3, 2]],
    ])
    expect(session.traffic).toMatchObject({ calls: 1, sent: 32 + 8 + 48, received: 32 })
  })

  it('waits longer for the first answer, in which servers load', async () => {
    const { session, requests } = sessionOf(unet, negative)
    await session.run(step(1))
    await session.run(step(1))
    expect(requests.map(({ timeout }) => timeout)).toEqual([9000, 1000])
  })

  it('sends all of a call’s conditioning where the server lacks some of it', async () => {
    const { session, requests } = sessionOf(withDigests([-1]), negative)
    for (const rows of [1, 2, 2]) await session.run(step(rows))
    expect(requests.map((request) => find(request, 'encoder_hidden_states')?.shape)).toEqual([
      [1, 3, 2],
      [2, 3, 2],
      undefined,
    ])
  })

  it('sends each conditioning once, and one latent for all rows', async () => {
    const { session, requests } = sessionOf(withDigests([-1]), negative)
    const outs = [await session.run(step(2)), await session.run(step(2, 7)), await session.run(step(1))]
    expect(outs.map(({ out_sample: out }) => out.shape)).toEqual([
      [2, 1, 2, 2],
      [2, 1, 2, 2],
      [1, 1, 2, 2],
    ])
    expect(requests.map((request) => request.inputs.map(({ name }) => name))).toEqual([
      ['sample', 'timestep', 'encoder_hidden_states', 'cond_digest'],
      ['sample', 'timestep', 'cond_digest'],
      ['sample', 'timestep', 'cond_digest'],
    ])
    expect(requests.map((request) => find(request, 'sample')?.shape[0])).toEqual([1, 1, 1])
    const [first] = requests
    const text = find(first, 'encoder_hidden_states') as WireTensor
    const digests = decodeTexts((find(first, 'cond_digest') as WireTensor).bytes, 'x')
    expect(digests).toEqual([digestOf(text.bytes.subarray(0, 24)), digestOf(text.bytes.subarray(24))])
    // @ts-expect-error: not part of what a session takes
    expect(session.inputs.cond_digest).toBeUndefined()
  })

  it('sends everything again when the server has forgotten', async () => {
    let forgets = false
    const { session, requests } = sessionOf(withDigests([-1]), (request) => {
      if (forgets && !find(request, 'encoder_hidden_states')) throw miss()
      return negative(request)
    })
    await session.run(step(2))
    forgets = true
    await session.run(step(2))
    forgets = false
    await session.run(step(2))
    const full = requests.map((request) => find(request, 'encoder_hidden_states') !== undefined)
    expect(full).toEqual([true, false, true, false])
  })

  it('does not ask for ever when a server keeps missing what it was just sent', async () => {
    const { session, requests } = sessionOf(withDigests([-1]), () => {
      throw miss()
    })
    await expect(session.run(step(2))).rejects.toMatchObject({ code: 'remote-model-missing' })
    expect(requests).toHaveLength(1)
  })

  it('keeps equal first axes for a server that batches, and makes columns of numbers', async () => {
    const batching: ModelMetadata = {
      ...withDigests([-1, 1]),
      inputs: withDigests([-1, 1]).inputs?.map((input) =>
        input.name === 'timestep' ? { ...input, shape: [-1, 1] } : input,
      ),
    }
    const { session, requests } = sessionOf(batching, negative)
    expect(session.inputs.find(({ name }) => name === 'timestep')?.shape).toEqual(['batch_size'])
    await session.run(step(2))
    expect(requests[0].inputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['sample', [2, 1, 2, 2]],
      ['timestep', [2, 1]],
      ['encoder_hidden_states', [2, 3, 2]],
      ['cond_digest', [2, 1]],
    ])
  })

  it('splits what is more than the server takes, and puts it together in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }), async (rows, most) => {
        const feeds = { ...step(rows), sample: floats([rows, 1, 2, 2], (i) => i) }
        const { session, requests } = sessionOf(unet, negative, most)
        const { out_sample: out } = await session.run(feeds)
        expect(out).toEqual(floats([rows, 1, 2, 2], (i) => -i))
        expect(requests).toHaveLength(Math.ceil(rows / most))
      }),
      { seed: 7, numRuns: 60 },
    )
  })

  it('stops between the calls of a step that was split', async () => {
    const controller = new AbortController()
    const { session, requests } = sessionOf(
      unet,
      (request) => {
        controller.abort(new Error('enough'))
        return negative(request)
      },
      1,
    )
    await expect(session.run(step(3), { signal: controller.signal })).rejects.toThrow('enough')
    expect(requests).toHaveLength(1)
  })

  it('refuses answers that are none of its outputs, or of another number of rows', async () => {
    const other = sessionOf(unet, () => [
      wireOf(
        'x',
        floats([2, 1, 2, 2], () => 0),
      ),
    ])
    await expect(other.session.run(step(2))).rejects.toMatchObject({ code: 'remote-malformed' })
    const fewer = sessionOf(unet, () => [
      wireOf(
        'out_sample',
        floats([1, 1, 2, 2], () => 0),
      ),
    ])
    await expect(fewer.session.run(step(2))).rejects.toMatchObject({ code: 'remote-malformed' })
  })

  it('refuses feeds that the server’s model does not take, before it is asked', async () => {
    const { session, requests } = sessionOf(unet, negative)
    const large = { ...step(1), sample: floats([1, 1, 3, 3], () => 0) }
    await expect(session.run(large)).rejects.toMatchObject({ code: 'remote-refused' })
    expect(requests).toHaveLength(0)
  })
})

describe('what a server says of a model', () => {
  const where = 'the test'

  it('is replaced by the local graph where it says nothing', () => {
    const known = {
      inputs: [{ name: 'sample', type: 'float32', shape: ['b'] }],
      outputs: [{ name: 'y', type: 'float32', shape: [] }],
    } as const
    const silent = { name: 'unet', inputs: [], outputs: null }
    expect(remoteSignature(silent, where, known).inputs[0]).toMatchObject({
      datatype: 'FP32',
      info: { name: 'sample' },
    })
    expect(() => remoteSignature(silent, where)).toThrow(expect.objectContaining({ code: 'remote-unsupported' }))
  })

  it('decides the types that travel: bfloat16 is float32 here, float16 stays', () => {
    const metadata = {
      ...unet,
      inputs: [
        { name: 'sample', datatype: 'BF16', shape: [-1, 4] },
        { name: 'timestep', datatype: 'TYPE_FP16', shape: [1] },
      ],
    }
    const { inputs } = remoteSignature(metadata, where)
    expect(inputs.map(({ info }) => [info.type, info.shape])).toEqual([
      ['float32', ['batch_size', 4]],
      ['float16', [1]],
    ])
    const strange = { ...unet, inputs: [{ name: 'sample', datatype: 'UINT16', shape: [1] }] }
    expect(() => remoteSignature(strange, where)).toThrow(expect.objectContaining({ code: 'remote-unsupported' }))
  })
})
