import { expect, it } from 'vitest'
import { cpu } from '../../test/local-model'
import { readGraphNodes } from '../graph/graph-nodes'
import { patchModel } from '../graph/graph-patch'
import { nodeProto, tensorProto, valueInfo } from '../graph/graph-protos'
import { readWeights } from '../graph/weight-widths'
import { bytesField, joinBytes, messageField, textField, varintField } from '../graph/wire-writer'
import { tableRows, tokenTable } from './token-table'

/** A text encoder of before transformers 4.31, which takes the largest id for the text's end: its table of four tokens, and where that is. */
const encoder = joinBytes([
  varintField(1, 8),
  messageField(
    7,
    bytesField(1, nodeProto('Gather', ['table', 'input_ids'], ['hidden'], 'lookup', {})),
    bytesField(1, nodeProto('ArgMax', ['input_ids'], ['end'], 'end', { axis: 1, keepdims: 0 })),
    textField(2, 'encoder'),
    bytesField(5, tensorProto('table', 'float32', [4, 2], Float32Array.of(0, 0, 1, 1, 2, 2, 3, 3))),
    bytesField(11, valueInfo('input_ids', 'int64', [1, 4])),
    bytesField(12, valueInfo('hidden', 'float32', [1, 4, 2])),
    bytesField(12, valueInfo('end', 'int64', [1])),
  ),
  messageField(8, textField(1, ''), varintField(2, 13)),
])

it('has new rows at its end, whose ids are none where the largest is looked for', async () => {
  const file = { size: encoder.length, slice: async (from: number, to: number) => encoder.subarray(from, to) }
  const nodes = await readGraphNodes(file, 'encoder')
  const table = tokenTable('text_encoder', nodes, await readWeights(file))
  const patch = tableRows(nodes, table, Float32Array.of(40, 41, 50, 51))
  const session = await cpu.open({ name: 'encoder', bytes: patchModel(encoder, patch) })
  const ids = { type: 'int64', data: BigInt64Array.of(1n, 5n, 4n, 3n), shape: [1, 4] } as const
  const { hidden, end } = await session.run({ input_ids: ids })
  expect([...(hidden.data as Float32Array)]).toEqual([1, 1, 50, 51, 40, 41, 3, 3])
  expect([...(end.data as BigInt64Array)]).toEqual([3n])
  await session.release()
})
