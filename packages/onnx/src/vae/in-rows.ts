import { isSize, toValue, type Value, type ValueInfo } from '../session/value'

/** One picture as a network's input: in every row of those that an export fixed, else in one. */
export function inRows(data: Float32Array, { type, shape }: ValueInfo, size: readonly number[]): Value {
  const rows = isSize(shape[0]) ? shape[0] : 1
  if (rows === 1) return toValue(data, type, [1, ...size])
  const all = new Float32Array(rows * data.length)
  for (let row = 0; row < rows; row++) all.set(data, row * data.length)
  return toValue(all, type, [rows, ...size])
}
