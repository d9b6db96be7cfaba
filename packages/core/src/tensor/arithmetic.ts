// Loops count: iterating over a typed array makes an object of every number.
import { sameShape, type Tensor } from './tensor'

/** f(a_i), elementwise. */
export function mapValues(a: Tensor, f: (value: number, index: number) => number): Tensor {
  const data = new Float32Array(a.data.length)
  for (let i = 0; i < data.length; i++) data[i] = f(a.data[i], i)
  return { data, shape: a.shape }
}

/** f(a_i, b_i), elementwise. */
export function zipValues(a: Tensor, b: Tensor, f: (x: number, y: number) => number): Tensor {
  sameShape(a, b)
  const data = new Float32Array(a.data.length)
  for (let i = 0; i < data.length; i++) data[i] = f(a.data[i], b.data[i])
  return { data, shape: a.shape }
}

/** Where `combine` keeps sums of more than two terms between its passes: new memory would cost more than the sums. */
let sums = new Float64Array(0)

/** Σ c_k a_k, accumulated in float64 and rounded once. At least one term. */
export function combine(terms: readonly (readonly [Tensor, number])[]): Tensor {
  const first = terms[0][0]
  const { length } = first.data
  for (const [t] of terms) sameShape(first, t)
  const data = new Float32Array(length)
  // Two terms a pass, the last one or two straight into the result. A sum begins at 0, so −0 is 0 with any number of terms.
  const before = terms.length - (terms.length % 2 === 0 ? 2 : 1)
  if (before > 0 && sums.length < length) sums = new Float64Array(length)
  const sum = sums
  for (let k = 0; k < before; k += 2) {
    const [[{ data: a }, p], [{ data: b }, q]] = [terms[k], terms[k + 1]]
    if (k === 0) for (let i = 0; i < length; i++) sum[i] = 0 + p * a[i] + q * b[i]
    else for (let i = 0; i < length; i++) sum[i] = sum[i] + p * a[i] + q * b[i]
  }
  const [{ data: a }, p] = terms[before]
  if (before + 1 < terms.length) {
    const [{ data: b }, q] = terms[before + 1]
    if (before === 0) for (let i = 0; i < length; i++) data[i] = 0 + p * a[i] + q * b[i]
    else for (let i = 0; i < length; i++) data[i] = sum[i] + p * a[i] + q * b[i]
  } else if (before === 0) for (let i = 0; i < length; i++) data[i] = 0 + p * a[i]
  else for (let i = 0; i < length; i++) data[i] = sum[i] + p * a[i]
  return { data, shape: first.shape }
}

export const plus = (a: Tensor, ...rest: Tensor[]): Tensor => combine([a, ...rest].map((t) => [t, 1] as const))

/** a − Σ rest. */
export const minus = (a: Tensor, ...rest: Tensor[]): Tensor => combine([[a, 1], ...rest.map((t) => [t, -1] as const)])

export const times = (c: number, a: Tensor): Tensor => mapValues(a, (x) => c * x)

/** a + c (b − a). */
export const lerp = (a: Tensor, b: Tensor, c: number): Tensor =>
  combine([
    [a, 1 - c],
    [b, c],
  ])

/** ⟨a, b⟩ over all values, float64. */
export function dot(a: Tensor, b: Tensor): number {
  sameShape(a, b)
  let sum = 0
  for (let i = 0; i < a.data.length; i++) sum += a.data[i] * b.data[i]
  return sum
}

/** Euclidean norm over all values, float64. */
export const norm = (a: Tensor): number => Math.sqrt(dot(a, a))

/** ⟨a, b⟩ / (‖a‖ ‖b‖); 0 when either is zero. */
export function cosine(a: Tensor, b: Tensor): number {
  const size = norm(a) * norm(b)
  return size === 0 ? 0 : dot(a, b) / size
}

/** The part of `a` along `b`: ⟨a, b⟩/‖b‖² b; zero when b is zero. */
export function parallel(a: Tensor, b: Tensor): Tensor {
  const size = dot(b, b)
  return times(size === 0 ? 0 : dot(a, b) / size, b)
}

/** The part of `a` at right angles to `b`. */
export const perpendicular = (a: Tensor, b: Tensor): Tensor => minus(a, parallel(a, b))

export function mean({ data }: Tensor): number {
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += data[i]
  return sum / data.length
}

/** Standard deviation with Bessel's correction, as torch's `std`. */
export function standardDeviation(a: Tensor): number {
  const { data } = a
  const m = mean(a)
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += (data[i] - m) ** 2
  return Math.sqrt(sum / (data.length - 1))
}

export function maxAbs({ data }: Tensor): number {
  let max = 0
  for (let i = 0; i < data.length; i++) max = Math.max(max, Math.abs(data[i]))
  return max
}

/** Whether no value is NaN or infinite. */
export function allFinite({ data }: Tensor): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false
  return true
}
