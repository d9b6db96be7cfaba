const [m0, m1] = [0xd251_1f53, 0xcd9e_8d57]
const [w0, w1] = [0x9e37_79b9, 0xbb67_ae85]

/** The upper 32 bits of a 32 × 32 bit product. */
function mulHigh(a: number, b: number): number {
  const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16]
  const middle = a1 * b0 + ((a0 * b0) >>> 16)
  const low = a0 * b1 + (middle & 0xffff)
  return (a1 * b1 + Math.floor(middle / 0x1_0000) + Math.floor(low / 0x1_0000)) >>> 0
}

/**
 * Philox 4×32 with 10 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): four words for a
 * counter of four and a key of two.
 */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(m0, c0)
    const low0 = Math.imul(m0, c0)
    const high1 = mulHigh(m1, c2)
    const low1 = Math.imul(m1, c2)
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1 >>> 0
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0 >>> 0
    k0 = (k0 + w0) >>> 0
    k1 = (k1 + w1) >>> 0
  }
  return [c0, c1, c2, c3]
}
