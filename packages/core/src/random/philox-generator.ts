import { philox4x32 } from './philox'
import { parseSeed, type Seed } from './seed'
import type { RandomStream } from './torch-generator'

/** 2π / 2³² in float32, as cuRAND has it. */
const turn = Math.fround(2 ** -32 * Math.fround(2 * Math.PI))

/**
 * A generator whose numbers are `torch.randn(count, device='cuda')`'s for seeds given to a CUDA generator: Philox
 * 4×32-10 and cuRAND's Box–Muller.
 *
 * On CUDA each value has a thread of its own (subsequence = its index) as long as the tensor has no more values than the
 * card runs threads at once: 125,952 on an RTX 3090, so every picture of Stable Diffusion up to 1024². That layout does
 * not depend on the card and is the one reproduced, for tensors of any size; beyond that size torch's own numbers differ
 * from card to card. It is also what the "GPU" noise of web UIs reproduces on the CPU.
 *
 * @throws `seed-invalid`
 */
export function philoxGenerator(seed: Seed): RandomStream {
  const bits = parseSeed(seed)
  const key = [Number(bits & 0xffff_ffffn), Number(bits >> 32n)] as const
  let offset = 0
  return {
    randn(count) {
      const out = new Float32Array(count)
      for (let i = 0; i < count; i++) {
        const [x, y] = philox4x32([offset, 0, i, 0], key)
        out[i] = firstOfBoxMuller(x, y)
      }
      offset++
      return out
    },
  }
}

/** cuRAND's transform in float32, its sine half: a thread's first value. */
function firstOfBoxMuller(x: number, y: number): number {
  const u = Math.fround(Math.fround(x) * 2 ** -32 + 2 ** -33)
  const v = Math.fround(Math.fround(y) * turn + turn / 2)
  return Math.sqrt(-2 * Math.log(u)) * Math.sin(v)
}
