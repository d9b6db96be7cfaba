/**
 * A WebAssembly module that multiplies and adds with SIMD: `run(rounds)` does 4,096 operations a round over 16 KB.
 *
 *   for (i = 0; i < 8192; i += 32) { s += a[i..i+16) · b[i..i+16); t += a[i+16..i+32) · b[i+16..i+32) }   (f32x4)
 */
const kernel =
  'AGFzbQEAAAABBgFgAX8BfQMCAQAFAwEAAQcQAgZtZW1vcnkCAANydW4AAAplAWMCAX8CewNAQQAhAQNAIAIgAf0ABAAgAf0ABIBA/eYB/eQBIQIg' +
  'AyAB/QAEECAB/QAEkED95gH95AEhAyABQSBqIQEgAUGAwABJDQALIABBAWshACAADQALIAIgA/3kAf0fAAs='

const operations = 4096

/** Whether WebAssembly here has SIMD, which onnxruntime needs. */
export const hasSimd = (): boolean => WebAssembly.validate(kernelBytes())

function kernelBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(kernel), (char) => char.charCodeAt(0))
}

/**
 * What one thread does in WebAssembly, in GFLOP/s: the best of a few slices of some milliseconds, between which the page
 * goes on.
 */
export async function measureWasm(): Promise<number> {
  const { instance } = await WebAssembly.instantiate(kernelBytes())
  const run = instance.exports.run as (rounds: number) => number
  let best = 0
  for (let slice = 0; slice < 4; slice++) {
    const rounds = 4000
    const started = performance.now()
    run(rounds)
    best = Math.max(best, (rounds * operations) / (performance.now() - started) / 1e6)
    await new Promise((resolve) => setTimeout(resolve))
  }
  return best
}
