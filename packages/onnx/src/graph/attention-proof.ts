import type { Session } from '../session/session'
import { toFloats, toValue } from '../session/value'
import { FloatAttribute, nodeProto, valueInfo } from './graph-protos'
import { bytesField, joinBytes, messageField, textField, varintField } from './wire-writer'

/** One attention to compute: of `keys` tokens, each of `size` numbers a head. */
export interface ProofSize {
  readonly size: number
  readonly keys: number
}

/** Opens a graph that is no part of a model. */
export type OpenGraph = (name: string, bytes: Uint8Array) => Promise<Session>

/** Queries that are computed, and those of them that are checked: first, last, and between. */
const queries = 64
const checked = [0, 1, 17, 31, 32, 63]
const batch = 2

/** A model that is one `MultiHeadAttention` of one head: q, k, v [batch, tokens, size] to float32 `attended`. */
function proofModel(half: boolean): Uint8Array {
  const nodes: Uint8Array[] = []
  const operands = ['q', 'k', 'v'].map((name) => {
    if (!half) return name
    nodes.push(nodeProto('Cast', [name], [`${name}16`], `cast ${name}`, { to: 10 }))
    return `${name}16`
  })
  const attended = half ? 'attended16' : 'attended'
  const attributes = { num_heads: 1, scale: new FloatAttribute(1) }
  nodes.push(nodeProto('com.microsoft.MultiHeadAttention', operands, [attended], 'attention', attributes))
  if (half) nodes.push(nodeProto('Cast', [attended], ['attended'], 'cast back', { to: 1 }))
  const inputs = ['q', 'k', 'v'].map((name) =>
    bytesField(11, valueInfo(name, 'float32', ['batch', name === 'q' ? 'queries' : 'keys', 'size'])),
  )
  // ModelProto { ir_version = 1, graph = 7 { node = 1, name = 2, input = 11, output = 12 }, opset_import = 8 }.
  return joinBytes([
    varintField(1, 8),
    messageField(
      7,
      ...nodes.map((node) => bytesField(1, node)),
      textField(2, 'attention-proof'),
      ...inputs,
      bytesField(12, valueInfo('attended', 'float32', ['batch', 'queries', 'size'])),
    ),
    messageField(8, textField(1, ''), varintField(2, 14)),
    messageField(8, textField(1, 'com.microsoft'), varintField(2, 1)),
  ])
}

/** Numbers in [−1, 1) that depend on the seed only. */
function numbers(seed: number, length: number): Float32Array {
  let state = seed
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return state / 2 ** 31
  })
}

/** softmax(q Kᵀ) V of one query, in float64. */
function attend(q: Float32Array, k: Float32Array, v: Float32Array, size: number): Float64Array {
  const keys = k.length / size
  const weights = new Float64Array(keys)
  let most = Number.NEGATIVE_INFINITY
  for (let j = 0; j < keys; j++) {
    let score = 0
    for (let c = 0; c < size; c++) score += q[c] * k[j * size + c]
    weights[j] = score
    most = Math.max(most, score)
  }
  let sum = 0
  for (let j = 0; j < keys; j++) sum += weights[j] = Math.exp(weights[j] - most)
  const attended = new Float64Array(size)
  for (let j = 0; j < keys; j++) {
    for (let c = 0; c < size; c++) attended[c] += (weights[j] / sum) * v[j * size + c]
  }
  return attended
}

/** How far a kernel may be from the definition, relative to the largest value. */
export const tolerance = { single: 1e-3, half: 1e-2 } as const

/** What a kernel's proof came to: proven, or what it got wrong. */
export type Proof = { readonly proven: true } | { readonly proven: false; readonly why: string }

/**
 * Runs a device's own attention on small ones whose answers are known, at the sizes that a model has. Software drivers and GPUs
 * have kernels that are right for a few tokens and wrong beyond.
 *
 * @param half whether the model computes in float16
 */
export async function proveAttention(open: OpenGraph, sizes: readonly ProofSize[], half: boolean): Promise<Proof> {
  let session: Session | undefined
  try {
    session = await open('attention-proof', proofModel(half))
    for (const { size, keys } of sizes) {
      const worst = await distance(session, size, keys)
      if (worst <= (half ? tolerance.half : tolerance.single)) continue
      const off = Number.isFinite(worst)
        ? `is off by ${(100 * worst).toPrecision(2)} % of the largest value`
        : 'gives no numbers'
      return { proven: false, why: `its kernel ${off} at ${keys} tokens with heads of ${size}` }
    }
    return { proven: true }
  } catch (error) {
    return { proven: false, why: `its kernel does not run: ${(error as Error).message.split('\n')[0]}` }
  } finally {
    await session?.release()
  }
}

async function distance(session: Session, size: number, keys: number): Promise<number> {
  const lengths = [queries, keys, keys]
  const [q, k, v] = lengths.map((tokens, i) => numbers(i + 1 + size, batch * tokens * size))
  // Scores of standard deviation 2: neither all alike nor one alone.
  const scale = 6 / Math.sqrt(size)
  q.forEach((x, i) => {
    q[i] = x * scale
  })
  const feeds = Object.fromEntries(
    [q, k, v].map((data, i) => ['qkv'[i], toValue(data, 'float32', [batch, lengths[i], size])]),
  )
  const attended = toFloats((await session.run(feeds))['attended'])
  let [worst, largest] = [0, 0]
  for (let row = 0; row < batch; row++) {
    const of = (data: Float32Array) => data.subarray(row * keys * size, (row + 1) * keys * size)
    for (const query of checked) {
      const at = (row * queries + query) * size
      const expected = attend(q.subarray(at, at + size), of(k), of(v), size)
      expected.forEach((x, c) => {
        worst = Math.max(worst, Math.abs(x - attended[at + c]))
        if (!Number.isFinite(attended[at + c])) worst = Number.POSITIVE_INFINITY
        largest = Math.max(largest, Math.abs(x))
      })
    }
  }
  return worst / largest
}
