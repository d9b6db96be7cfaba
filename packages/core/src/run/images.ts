import type { Pixels } from '../image/pixels'

/** A picture that recipes can name: `recipe.image.sha256`, `recipe.image.mask`. */
export interface NamedImage<P = Pixels> {
  /** Of its file, lower-case hex. */
  readonly sha256: string
  readonly pixels: P
}

/** Pictures by the SHA-256 of their files, or a list of them. */
export type NamedImages<P = Pixels> = Readonly<Record<string, P>> | readonly NamedImage<P>[]

/** The picture of a name; undefined where there is none. */
export function imageNamed<P>(images: NamedImages<P>, sha256: string): P | undefined {
  if (isList(images)) return images.find((one) => one.sha256 === sha256)?.pixels
  return Object.hasOwn(images, sha256) ? images[sha256] : undefined
}

const isList = <P>(images: NamedImages<P>): images is readonly NamedImage<P>[] => Array.isArray(images)
