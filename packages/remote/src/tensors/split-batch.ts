import type { WireTensor } from '../wire/wire-tensor'

/** Rows [from, to) along the first axis. */
function rows({ shape, bytes, ...rest }: WireTensor, from: number, to: number): WireTensor {
  const each = bytes.byteLength / shape[0]
  return { ...rest, shape: [to - from, ...shape.slice(1)], bytes: bytes.subarray(from * each, to * each) }
}

/**
 * Inputs in calls of at most `most` rows, for servers that take no more. Tensors without the batch's number of rows go
 * into every call as they are, and so do those that have no axis of rows.
 */
export function splitInputs(
  inputs: readonly WireTensor[],
  batch: number,
  most: number,
  alone: readonly string[] = [],
): (readonly WireTensor[])[] {
  if (most <= 0 || batch <= most) return [inputs]
  const calls: (readonly WireTensor[])[] = []
  for (let from = 0; from < batch; from += most) {
    const to = Math.min(from + most, batch)
    calls.push(
      inputs.map((input) => (input.shape[0] === batch && !alone.includes(input.name) ? rows(input, from, to) : input)),
    )
  }
  return calls
}

/** Outputs of such calls, one after another along the first axis. */
export function joinOutputs(answers: readonly (readonly WireTensor[])[]): readonly WireTensor[] {
  if (answers.length === 1) return answers[0]
  return answers[0].map((first) => {
    const parts = answers.map((outputs) => outputs.find(({ name }) => name === first.name) ?? first)
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.bytes.byteLength, 0))
    let at = 0
    for (const part of parts) {
      bytes.set(part.bytes, at)
      at += part.bytes.byteLength
    }
    return { ...first, shape: [parts.reduce((sum, { shape }) => sum + shape[0], 0), ...first.shape.slice(1)], bytes }
  })
}
