import { NegError } from '@neg/core'
import type { Signature } from '@neg/onnx'
import { encodeTexts, joinBody, splitBody } from '@neg/remote/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ReadInfer, readInfer } from './read-infer'

const unet: Signature = {
  inputs: [
    { name: 'sample', type: 'float32', shape: ['batch', 4, 'height', 'width'] },
    { name: 'timestep', type: 'float32', shape: ['batch'] },
    { name: 'encoder_hidden_states', type: 'float32', shape: ['batch', 'tokens', 2] },
  ],
  outputs: [{ name: 'out_sample', type: 'float32', shape: ['batch', 4, 'height', 'width'] }],
}
const limits = { rows: 4, cells: 64 }

interface Input {
  name: string
  datatype: string
  shape: unknown
  parameters?: unknown
  data?: unknown
}
const raw = (name: string, shape: number[], datatype = 'FP32') => {
  const size = shape.reduce((product, n) => product * n, 1) * 4
  return {
    input: { name, datatype, shape, parameters: { binary_data_size: size } } as Input,
    bytes: new Uint8Array(size),
  }
}
const texts = (digests: string[]) => {
  const bytes = encodeTexts(digests)
  const input: Input = {
    name: 'cond_digest',
    datatype: 'BYTES',
    shape: [digests.length],
    parameters: { binary_data_size: bytes.length },
  }
  return { input, bytes }
}
const named = { latents: 'sample', text: 'encoder_hidden_states' }
const good = () => [raw('sample', [2, 4, 8, 8]), raw('timestep', [2]), raw('encoder_hidden_states', [2, 3, 2])]

function read(tensors: { input: Input; bytes: Uint8Array }[], more: object = {}): ReadInfer {
  const { body, headerLength } = joinBody(
    { inputs: tensors.map(({ input }) => input), ...more },
    tensors.map(({ bytes }) => bytes),
  )
  return readInfer(body, String(headerLength), unet, limits, named)
}
const refusal = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (NegError.isInstance(error)) return error.message
    throw error
  }
  return 'taken'
}

describe('an inference request', () => {
  it('is read into tensors over its own body', () => {
    const { inputs, outputs, digests } = read(good(), { id: 'a' })
    expect(inputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['sample', [2, 4, 8, 8]],
      ['timestep', [2]],
      ['encoder_hidden_states', [2, 3, 2]],
    ])
    expect(new Set(inputs.map(({ bytes }) => bytes.buffer)).size).toBe(1)
    expect(outputs).toEqual([{ name: 'out_sample', binary: false }])
    expect(digests).toBeUndefined()
  })

  it('may ask for raw outputs as a whole or one by one', () => {
    expect(read(good(), { parameters: { binary_data_output: true } }).outputs[0].binary).toBe(true)
    const outputs = [{ name: 'out_sample', parameters: { binary_data: true } }]
    expect(read(good(), { outputs }).outputs).toEqual([{ name: 'out_sample', binary: true }])
  })

  it('may name its conditioning by digests, with one latent for all rows', () => {
    const tensors = [raw('sample', [1, 4, 8, 8]), raw('timestep', [2]), texts(['sha256:a', 'sha256:b'])]
    expect(read(tensors)).toMatchObject({
      digests: ['sha256:a', 'sha256:b'],
      inputs: [{ shape: [1, 4, 8, 8] }, { shape: [2] }],
    })
  })

  const [sample, timestep, text] = good()
  const changed = (part: { input: Input; bytes: Uint8Array }, input: Partial<Input>) => ({
    ...part,
    input: { ...part.input, ...input },
  })
  const huge = 2 ** 40
  const cases: [what: string, message: string, tensors: { input: Input; bytes: Uint8Array }[], more?: object][] = [
    ['lacks an input', "'timestep' is missing", [sample, text]],
    ['has an unknown input', "no input 'x'", [...good(), raw('x', [1])]],
    ['has an input twice', 'stands twice', [...good(), sample]],
    ['has another datatype', 'has datatype FP64', [changed(sample, { datatype: 'FP64' }), timestep, text]],
    ['has another rank', 'has shape [2,4]', [raw('sample', [2, 4]), timestep, text]],
    ['has another fixed size', 'has shape [2,3,8,8]', [raw('sample', [2, 3, 8, 8]), timestep, text]],
    ['has an empty axis', 'has shape [2,4,0,8]', [raw('sample', [2, 4, 0, 8]), timestep, text]],
    ['has axes that do not agree', "along 'batch'", [sample, raw('timestep', [3]), text]],
    [
      'has too many rows',
      'at most 4',
      [raw('sample', [5, 4, 1, 1]), raw('timestep', [5]), raw('encoder_hidden_states', [5, 1, 2])],
    ],
    ['has too large a picture', '9 × 8 cells', [raw('sample', [2, 4, 9, 8]), timestep, text]],
    [
      'claims sizes beyond all memory',
      'is too large',
      [changed(sample, { shape: [huge, 4, huge, huge], parameters: { binary_data_size: 8 } }), timestep, text],
    ],
    [
      'says another size than its shape takes',
      'takes 2048 bytes',
      [changed(sample, { parameters: { binary_data_size: 12 } }), timestep, text],
    ],
    ['has bytes too few', 'bytes; ', [sample, timestep, { ...text, bytes: new Uint8Array(4) }]],
    ['has bytes left over', 'more than its tensors', [sample, timestep, { ...text, bytes: new Uint8Array(60) }]],
    ['has a shape that is none', 'inputs.0.shape', [changed(sample, { shape: [1.5] }), timestep, text]],
    ['wants an unknown output', "no output 'y'", good(), { outputs: [{ name: 'y' }] }],
    ['has digests and lacks what they do not stand for', "'timestep' is missing", [sample, texts(['a', 'b'])]],
    ['has more digests than rows are taken', 'at most 4', [sample, timestep, texts(['a', 'b', 'c', 'd', 'e'])]],
    ['has digests that do not fit its rows', "along 'batch'", [sample, timestep, texts(['a', 'b', 'c'])]],
    ['has no inputs', 'inputs', []],
  ]
  it.each(cases)('that %s is refused', (_, message, tensors, more) => {
    expect(refusal(() => read(tensors, more))).toContain(message)
  })

  it('is read or refused by name, whatever is changed in it: a thousand times', () => {
    const { body, headerLength } = joinBody(
      { inputs: good().map(({ input }) => input) },
      good().map(({ bytes }) => bytes),
    )
    const text = JSON.stringify(splitBody(body, String(headerLength)).head)
    const anything = fc.json({ maxDepth: 3 }).map((json) => JSON.parse(json))
    const changedHead = fc
      .tuple(
        fc.constantFrom('name', 'datatype', 'shape', 'parameters', 'data', 'inputs', 'outputs', 'id'),
        fc.nat(2),
        anything,
      )
      .map(([key, at, value]) => {
        const head = JSON.parse(text)
        if (key in head || key === 'outputs' || key === 'id') head[key] = value
        else head.inputs[at][key] = value
        return joinBody(
          head,
          good().map(({ bytes }) => bytes),
        )
      })
    const changedBytes = fc
      .array(fc.tuple(fc.nat(body.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
      .map((changes) => {
        const bytes = body.slice()
        for (const [at, byte] of changes) bytes[at] = byte
        return { body: bytes, headerLength }
      })
    const cut = fc.nat(body.length).map((length) => ({ body: body.slice(0, length), headerLength }))
    const otherLength = fc
      .integer({ min: -10, max: body.length + 10 })
      .map((length) => ({ body, headerLength: length }))
    const noise = fc
      .uint8Array({ maxLength: 200 })
      .map((bytes) => ({ body: new Uint8Array(bytes), headerLength: bytes.length }))
    fc.assert(
      fc.property(fc.oneof(changedHead, changedBytes, cut, otherLength, noise), (changed) => {
        const said = refusal(() => readInfer(changed.body, String(changed.headerLength), unet, limits, named))
        expect(said.length).toBeGreaterThan(0)
      }),
      { seed: 8, numRuns: 1000 },
    )
  })
})

it('a picture whose sides the network does not halve evenly is refused', () => {
  const read = (height: number, width: number) => {
    const tensors = [
      raw('sample', [1, 4, height, width]),
      raw('timestep', [1]),
      raw('encoder_hidden_states', [1, 3, 2]),
    ]
    const { body, headerLength } = joinBody(
      { inputs: tensors.map(({ input }) => input) },
      tensors.map(({ bytes }) => bytes),
    )
    return refusal(() => readInfer(body, String(headerLength), unet, { rows: 4, cells: 1024, multiple: 4 }, undefined))
  }
  expect(read(16, 8)).toBe('taken')
  expect(read(15, 17)).toBe("'sample' has 15 × 17 cells; the network takes multiples of 4.")
  expect(read(1, 1)).toContain('multiples of 4')
})

it('token ids are those that the encoder knows', () => {
  const signature: Signature = {
    inputs: [{ name: 'input_ids', type: 'int32', shape: ['batch', 'tokens'] }],
    outputs: [{ name: 'last_hidden_state', type: 'float32', shape: ['batch', 'tokens', 2] }],
  }
  const read = (ids: number[], tokens?: number) => {
    const input = { name: 'input_ids', datatype: 'INT32', shape: [1, ids.length], data: ids }
    const body = new TextEncoder().encode(JSON.stringify({ inputs: [input] }))
    return refusal(() => readInfer(body, undefined, signature, { ...limits, tokens }, undefined))
  }
  expect(read([0, 923, 5], 924)).toBe('taken')
  expect(read([0, 924], 924)).toBe("'input_ids' holds the token id 924; ids are 0 to 923.")
  expect(read([-1], 924)).toContain('the token id -1')
  expect(read([1e9])).toBe('taken')
  expect(read([-1])).toContain('whole numbers from 0')
})

it('the JSON before raw tensors is short, and no JSON nests deep', () => {
  const long = joinBody({ id: 'x'.repeat(1 << 20), inputs: [] }, [new Uint8Array(1)])
  expect(refusal(() => readInfer(long.body, String(long.headerLength), unet, limits, undefined))).toMatch(
    /before the raw tensors has \d+ bytes; at most 1048576/,
  )
  const brackets = new Uint8Array(30_000_000).fill('['.charCodeAt(0))
  const before = performance.now()
  expect(refusal(() => readInfer(brackets, undefined, unet, limits, undefined))).toContain('nests deeper than 64')
  expect(performance.now() - before).toBeLessThan(500)
})
