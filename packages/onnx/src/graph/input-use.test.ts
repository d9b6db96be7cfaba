import { expect, it } from 'vitest'
import { cpu } from '../../test/local-model'
import { readGraphNodes } from './graph-nodes'
import { cudaOperator, unreadInputs } from './input-use'
import { joinBytes, messageField, textField, varintField } from './wire-writer'

const node = (op: string, inputs: readonly string[], ...fields: readonly Uint8Array[]) =>
  messageField(
    1,
    ...inputs.map((name) => textField(1, name)),
    textField(2, 'y'),
    textField(3, 'node'),
    textField(4, op),
    ...fields,
  )
const info = (field: number, name: string) =>
  messageField(
    field,
    textField(1, name),
    messageField(
      2,
      messageField(
        1,
        varintField(1, 1),
        messageField(2, ...['a', 'b', 'c', 'd'].map((axis) => messageField(1, textField(2, axis)))),
      ),
    ),
  )
const graph = (inputs: readonly string[], ...nodes: readonly Uint8Array[]) =>
  joinBytes([
    varintField(1, 8),
    messageField(
      7,
      ...nodes,
      textField(2, 'g'),
      ...inputs.map((name) => info(11, name)),
      messageField(12, textField(1, 'y')),
    ),
    messageField(8, textField(1, ''), varintField(2, 17)),
    messageField(8, textField(1, 'com.microsoft'), varintField(2, 1)),
  ])
const read = (bytes: Uint8Array) =>
  readGraphNodes({ size: bytes.length, slice: async (from, to) => bytes.subarray(from, to) }, 'g')

it('an input is read by a node, inside of a branch, or by nobody', async () => {
  // AttributeProto: name = 1, g = 6, type = 20.
  const branch = messageField(
    5,
    textField(1, 'then_branch'),
    messageField(6, node('Neg', ['inside'])),
    varintField(20, 5),
  )
  const nodes = await read(graph(['outside', 'inside', 'nowhere', 'y'], node('If', ['outside'], branch)))
  expect([...unreadInputs(nodes)]).toEqual(['nowhere'])
})

it('an operator of CUDA’s is told, and is one that the CPU has not', async () => {
  const microsoft = textField(7, 'com.microsoft')
  for (const [op, inputs] of [
    ['NhwcConv', ['a', 'b']],
    ['BiasAdd', ['a', 'b', 'c']],
  ] as const) {
    const bytes = graph(inputs, node(op, inputs, microsoft))
    expect(cudaOperator((await read(bytes)).nodes)).toBe(`com.microsoft.${op}`)
    await expect(cpu.open({ name: op, bytes })).rejects.toMatchObject({
      message: expect.stringContaining('Could not find an implementation'),
    })
  }
  const common = graph(['a', 'b'], node('FusedMatMul', ['a', 'b'], microsoft))
  expect(cudaOperator((await read(common)).nodes)).toBeUndefined()
})
