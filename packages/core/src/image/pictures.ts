import { NegError } from '../errors/neg-error'
import type { Pixels } from './pixels'

/** What a model decoded, as a list: one picture, or as many as its latents hold. @throws `internal` for none */
export function picturesOf(decoded: Pixels | readonly Pixels[]): readonly [Pixels, ...Pixels[]] {
  const [first, ...others] = 'data' in decoded ? [decoded] : decoded
  if (first) return [first, ...others]
  throw new NegError('internal', 'The model decoded latents to no picture at all.')
}
