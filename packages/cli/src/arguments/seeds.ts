import { parseSeed } from '@neg/core'
import { refuse } from './refuse'

/** The most pictures that one command draws. */
export const mostPictures = 10_000

const flag = '--seed'

function range(text: string, from: bigint, to: bigint): string[] {
  if (to < from) throw refuse(flag, 'a range must ascend', text)
  if (to - from >= BigInt(mostPictures)) throw refuse(flag, `names at most ${mostPictures} seeds`, text)
  return Array.from({ length: Number(to - from) + 1 }, (_, i) => String(from + BigInt(i)))
}

/**
 * A seed, a list `1,2,3`, a range `1-8`, or a list of these; seeds are whole numbers of up to 64 bits.
 * @throws `option-invalid`, `seed-invalid`
 */
export function parseSeeds(text: string): string[] {
  const seeds = text.split(',').flatMap((part) => {
    const match = /^(-?\d{1,20})(?:-(\d{1,20}))?$/.exec(part.trim())
    if (!match) throw refuse(flag, 'must be a whole number, a list such as 1,2,3 or a range such as 1-8', text)
    return match[2] === undefined ? [String(BigInt(match[1]))] : range(text, BigInt(match[1]), BigInt(match[2]))
  })
  if (seeds.length > mostPictures) throw refuse(flag, `names at most ${mostPictures} seeds`, text)
  const seen = new Set<bigint>()
  // −1 and 18446744073709551615 are one seed.
  const twice = seeds.find((seed) => seen.size === seen.add(parseSeed(seed)).size)
  if (twice !== undefined) throw refuse(flag, `names ${twice} twice, which is one picture`, text)
  return seeds
}
