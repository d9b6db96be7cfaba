import type { Pixels, RunRecord } from '@neg/core'

/** How pictures become files and files pictures. */
export interface PictureCodec {
  /** A PNG; with the record inside where one is given. */
  encode(pixels: Pixels, record?: RunRecord): Promise<Uint8Array>
  /** Width and height from a file's header, nothing decoded. @throws `image-malformed` */
  size(file: Uint8Array): Promise<{ readonly width: number; readonly height: number }>
  /** The pixels of a PNG, JPEG or WebP. @throws `image-malformed` */
  decode(file: Uint8Array): Promise<Pixels>
}
