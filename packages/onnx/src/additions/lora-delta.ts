import { NegError } from '@neg/core'
import type { LoraFile, LoraModule } from './lora-file'

/** A product whose value is added to a layer's weights [out, …in]: up [out, rank] · down [rank, …in]. */
export interface Delta {
  readonly rank: number
  readonly up: Float32Array
  readonly down: Float32Array
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/**
 * What one module of a LoRA adds to weights of a shape: w · (alpha / rank) · up · down, with rank for an alpha that is absent. LoCon's
 * `mid` is folded into `down`.
 *
 * @param shape [out, in] or [out, in, height, width]
 * @returns undefined where it does not fit the shape
 */
export async function deltaOf(
  { weight, textWeight, name }: Pick<LoraFile, 'weight' | 'textWeight' | 'name'>,
  module: LoraModule,
  shape: readonly number[],
): Promise<Delta | undefined> {
  const [out, ...ins] = shape
  const rank = module.up.shape[1]
  const [first, ...given] = module.mid ? [rank, module.down.shape[1], ...module.mid.shape.slice(2)] : module.down.shape
  const fits =
    module.up.shape[0] === out &&
    product(module.up.shape) === out * rank &&
    (module.mid
      ? module.mid.shape[0] === rank && product(module.down.shape) === module.mid.shape[1] * given[0]
      : first === rank) &&
    product(given) === product(ins) &&
    given[0] === ins[0]
  if (!fits) return undefined
  const [up, own, alpha] = await Promise.all([module.up.read(), module.down.read(), module.alpha?.read()])
  const down = module.mid ? folded(own, await module.mid.read(), rank, module.mid.shape[1], ins) : own
  const factor = (module.part === 'denoiser' ? weight : textWeight) * ((alpha?.[0] ?? rank) / rank)
  if (![factor, ...up, ...down].every(Number.isFinite)) {
    throw new NegError(
      'model-file-malformed',
      `${name} holds NaN or infinity in ${module.keys[0]}. Download it again.`,
      {
        where: name,
      },
    )
  }
  return { rank, up: up.map((value) => value * factor), down }
}

/** down'[p, i, k] = Σ_q mid[p, q, k] down[q, i]: LyCORIS' LoCon of convolutions. */
function folded(
  down: Float32Array,
  mid: Float32Array,
  rank: number,
  inner: number,
  [channels, ...kernel]: readonly number[],
): Float32Array {
  const area = product(kernel)
  const result = new Float32Array(rank * channels * area)
  for (let p = 0; p < rank; p++) {
    for (let q = 0; q < inner; q++) {
      for (let i = 0; i < channels; i++) {
        const share = down[q * channels + i]
        for (let k = 0; k < area; k++) {
          result[(p * channels + i) * area + k] += mid[(p * inner + q) * area + k] * share
        }
      }
    }
  }
  return result
}

/** Several additions to one layer as one: their ranks add up. */
export function joinDeltas(deltas: readonly Delta[], out: number): Delta {
  if (deltas.length === 1) return deltas[0]
  const rank = deltas.reduce((sum, one) => sum + one.rank, 0)
  const up = new Float32Array(out * rank)
  const down = new Float32Array(deltas.reduce((sum, one) => sum + one.down.length, 0))
  let [at, from] = [0, 0]
  for (const delta of deltas) {
    for (let o = 0; o < out; o++) up.set(delta.up.subarray(o * delta.rank, (o + 1) * delta.rank), o * rank + at)
    down.set(delta.down, from)
    at += delta.rank
    from += delta.down.length
  }
  return { rank, up, down }
}

/** A matrix, rows × columns, turned. */
export function turned(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = matrix[r * columns + c]
  return result
}
