const size = 624
const period = 397

/** Matsumoto & Nishimura's Mersenne Twister: 32-bit words, seeded as `init_genrand` and torch do it (low 32 bits). */
export function mt19937(seed: bigint): () => number {
  const state = new Uint32Array(size)
  state[0] = Number(seed & 0xffff_ffffn)
  for (let i = 1; i < size; i++) {
    const previous = state[i - 1] ^ (state[i - 1] >>> 30)
    state[i] = Math.imul(1_812_433_253, previous) + i
  }
  let next = size

  const twist = (): void => {
    for (let i = 0; i < size; i++) {
      const after = i + 1 < size ? i + 1 : 0
      const far = i + period < size ? i + period : i + period - size
      const y = (state[i] & 0x8000_0000) | (state[after] & 0x7fff_ffff)
      state[i] = state[far] ^ (y >>> 1) ^ (-(y & 1) & 0x9908_b0df)
    }
    next = 0
  }

  return () => {
    if (next === size) twist()
    let y = state[next++]
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c_5680
    y ^= (y << 15) & 0xefc6_0000
    y ^= y >>> 18
    return y >>> 0
  }
}
