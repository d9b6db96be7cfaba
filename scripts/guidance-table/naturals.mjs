import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Features of true portraits for a pair of the table, as training/portraits/record_naturals.py wrote them:
 * fixtures/portraits/naturals.npy is float32 [pairs, renders, features] in C order, naturals.json names the pairs.
 */
export function naturalsOf(root) {
  const folder = join(root, 'fixtures', 'portraits')
  const { pairs } = JSON.parse(readFileSync(join(folder, 'naturals.json'), 'utf8'))
  const file = readFileSync(join(folder, 'naturals.npy'))
  const start = 10 + file.readUInt16LE(8)
  const [, renders, size] = /'shape': \((\d+), (\d+), (\d+)\)/
    .exec(file.toString('latin1', 10, start))
    .slice(1)
    .map(Number)
  const values = new Float32Array(file.buffer.slice(file.byteOffset + start, file.byteOffset + file.length))
  return ({ prompt, attribute }) => {
    const at = pairs.findIndex((pair) => pair.prompt === prompt && pair.attribute === attribute)
    if (at < 0) throw new Error(`fixtures/portraits/naturals.json has no pair “${prompt}” without “${attribute}”.`)
    return Array.from({ length: renders }, (_, i) =>
      values.subarray((at * renders + i) * size, (at * renders + i + 1) * size),
    )
  }
}
