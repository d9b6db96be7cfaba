import { NegError } from '../errors/neg-error'

/** A 64-bit seed: decimal text, a bigint, or a number that JavaScript holds exactly. */
export type Seed = string | bigint | number

const least = -(2n ** 63n)
const most = 2n ** 64n - 1n

/**
 * A seed as torch's `manual_seed` takes it, −2⁶³ … 2⁶⁴ − 1, as an unsigned 64-bit number (a negative one in two's
 * complement, as in torch).
 * @throws `seed-invalid`
 */
export function parseSeed(seed: Seed): bigint {
  const value = toInteger(seed)
  if (value === undefined || value < least || value > most) {
    const hint =
      typeof seed === 'number' ? ' Beyond 2^53 write it as text: JavaScript numbers are not exact there.' : ''
    throw new NegError(
      'seed-invalid',
      `"${seed}" is not a seed. Expected a whole number in decimal digits from ${least} to ${most}.${hint}`,
      { where: 'seed' },
    )
  }
  return BigInt.asUintN(64, value)
}

function toInteger(seed: Seed): bigint | undefined {
  if (typeof seed === 'bigint') return seed
  if (typeof seed === 'number') return Number.isSafeInteger(seed) ? BigInt(seed) : undefined
  return /^[+-]?\d{1,20}$/.test(seed.trim()) ? BigInt(seed.trim().replace('+', '')) : undefined
}

/**
 * The seed of a stream of its own for `label` (a guidance's noise, say), so that what draws from it never shifts the
 * run's stream. Equal seed and label give the equal stream, on every machine: FNV-1a of the label's UTF-8 bytes, then
 * the finalizer of SplitMix64 (Steele et al. 2014) over both.
 * @throws `seed-invalid`
 */
export function deriveSeed(seed: Seed, label: string): bigint {
  let hash = 0xcbf2_9ce4_8422_2325n
  for (const byte of new TextEncoder().encode(label)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100_0000_01b3n)
  }
  return splitMix64(splitMix64(parseSeed(seed)) ^ hash)
}

function splitMix64(value: bigint): bigint {
  let z = BigInt.asUintN(64, value + 0x9e37_79b9_7f4a_7c15n)
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n)
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn)
  return z ^ (z >> 31n)
}
