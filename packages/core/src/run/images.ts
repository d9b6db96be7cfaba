import type { Pixels } from '../image/pixels'

/** A picture that recipes can name: `recipe.image.sha256`, `recipe.image.mask`. */
export interface NamedImage {
  /** Of its file, lower-case hex. */
  readonly sha256: string
  readonly pixels: Pixels
}

/** Pictures by the SHA-256 of their files, or a list of them. */
export type NamedImages = Readonly<Record<string, Pixels>> | readonly NamedImage[]

/** The picture of a name; undefined where there is none. */
export function imageNamed(images: NamedImages, sha256: string): Pixels | undefined {
  if (isList(images)) return images.find((one) => one.sha256 === sha256)?.pixels
  return Object.hasOwn(images, sha256) ? images[sha256] : undefined
}

const isList = (images: NamedImages): images is readonly NamedImage[] => Array.isArray(images)
