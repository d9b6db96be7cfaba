import { NegError } from '../errors/neg-error'
import type { Pixels } from '../image/pixels'

/** A picture that recipes can name: `recipe.image.sha256`, `recipe.image.mask`, `recipe.control[0].sha256`. */
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

/** A picture that a recipe names. @throws `image-missing` */
export function imageOf(images: NamedImages, sha256: string, what: string): Pixels {
  const pixels = imageNamed(images, sha256)
  if (pixels) return pixels
  throw new NegError(
    'image-missing',
    `The recipe's ${what} is the file with SHA-256 ${sha256}; pass it in options.images, as inputImage(file) of @neg/node or @neg/web gives it.`,
    { where: what },
  )
}

type Size = Pick<Pixels, 'width' | 'height'>

/** @throws `image-mismatch` where a picture is not of the recipe's size */
export function checkImageSize(own: Size, what: string, drawn: Size): void {
  if (own.width === drawn.width && own.height === drawn.height) return
  throw new NegError(
    'image-mismatch',
    `The ${what} is ${own.width}×${own.height} pixels and the recipe ${drawn.width}×${drawn.height}: resize one.`,
    { where: what },
  )
}
