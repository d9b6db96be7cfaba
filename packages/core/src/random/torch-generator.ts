import { roundFloat16 } from '../tensor/float16'
import { logFloat32, sinCosFloat32 } from './cephes-float32'
import { mt19937 } from './mt19937'
import { parseSeed, type Seed } from './seed'

/** A stream of random numbers; every draw continues it. */
export interface RandomStream {
  /** `count` standard normal numbers, float32. */
  randn(count: number): Float32Array
}

/** torch's CPU generator: `torch.Generator().manual_seed(seed)`, then draws of contiguous tensors of `count` values. */
export interface TorchGenerator extends RandomStream {
  randnFloat64(count: number): Float64Array
  /** `dtype=torch.float16`, as float32: rounded float32 draws, but only whole blocks are drawn before the last one. */
  randnFloat16(count: number): Float32Array
  /** Uniform on [0, 1), float32. */
  rand(count: number): Float32Array
}

/** How a dtype draws and rounds. */
interface Precision {
  uniform(): number
  round(value: number): number
  /** 2π u as that dtype's kernel forms it. */
  angle(u: number): number
  log(u: number): number
  sinCos(theta: number): [sine: number, cosine: number]
}

/** torch draws singly below this count, in blocks of 16 from it on. */
const blockwiseFrom = 16

/**
 * A generator whose numbers are torch's on the CPU: mt19937 and torch's two Box–Muller transforms. Fewer than 16 values
 * are drawn in pairs in float64, the second of a pair kept for the next short draw; from 16 on, blocks of 16 uniforms
 * become 16 normals, and a last incomplete block is drawn anew over the last 16 values.
 * Equal to torch to the bit on x86-64, whose kernel brings its own logarithm and sine; builds for other processors use
 * their C library's and differ in the last bits (5e-7).
 *
 * @param seed As `parseSeed` takes it; mt19937 uses its low 32 bits, as torch's manual_seed does.
 * @throws `seed-invalid`
 */
export function torchGenerator(seed: Seed): TorchGenerator {
  const word = mt19937(parseSeed(seed))
  const uniform32 = (): number => (word() & 0xff_ffff) * 2 ** -24
  const uniform64 = (): number => {
    const high = word()
    const low = word()
    return ((high & 0x1f_ffff) * 2 ** 32 + low) * 2 ** -53
  }

  const float32: Precision = {
    uniform: uniform32,
    round: Math.fround,
    angle: (u) => Math.fround(Math.fround(2 * Math.PI) * u),
    log: logFloat32,
    sinCos: sinCosFloat32,
  }
  const float64: Precision = {
    uniform: uniform64,
    round: (x) => x,
    angle: (u) => 2 * Math.PI * u,
    log: Math.log,
    sinCos: (theta) => [Math.sin(theta), Math.cos(theta)],
  }

  let kept: number | undefined
  const single = (): number => {
    if (kept !== undefined) {
      const value = kept
      kept = undefined
      return value
    }
    const u1 = uniform64()
    const u2 = uniform64()
    const radius = Math.sqrt(-2 * Math.log1p(-u2))
    kept = radius * Math.sin(2 * Math.PI * u1)
    return radius * Math.cos(2 * Math.PI * u1)
  }

  /** `uniforms`: how many values are drawn before the last incomplete block is drawn anew. */
  const normals = <T extends Float32Array | Float64Array>(out: T, precision: Precision, uniforms = out.length): T => {
    const { uniform, round } = precision
    if (out.length < blockwiseFrom) {
      for (let i = 0; i < out.length; i++) out[i] = round(single())
      return out
    }
    for (let i = 0; i < uniforms; i++) out[i] = uniform()
    for (let i = 0; i + 16 <= out.length; i += 16) transformBlock(out, i, precision)
    if (out.length % 16 !== 0) {
      const last = out.length - 16
      for (let i = last; i < out.length; i++) out[i] = uniform()
      transformBlock(out, last, precision)
    }
    return out
  }

  return {
    randn: (count) => normals(new Float32Array(count), float32),
    randnFloat64: (count) => normals(new Float64Array(count), float64),
    randnFloat16: (count) => normals(new Float32Array(count), float32, count - (count % 16)).map(roundFloat16),
    rand: (count) => new Float32Array(count).map(uniform32),
  }
}

/** 16 uniforms to 16 normals in place: the j-th and the (j + 8)-th make a pair. */
function transformBlock(values: Float32Array | Float64Array, start: number, precision: Precision): void {
  const { round, angle, log, sinCos } = precision
  for (let j = start; j < start + 8; j++) {
    const radius = round(Math.sqrt(round(-2 * log(round(1 - values[j])))))
    const [sine, cosine] = sinCos(angle(values[j + 8]))
    values[j] = round(radius * cosine)
    values[j + 8] = round(radius * sine)
  }
}
