import { NegError, pictureTexts } from '@neg/core'
import { readImage, writePng } from '@neg/node'
import type { PictureCodec } from './picture-codec'
import { pictureSize } from './picture-size'

/**
 * Pictures by `@neg/node`.
 * @param mostPixels Files that say they have more are not decoded.
 */
export function pictureCodec(mostPixels: number): PictureCodec {
  return {
    encode: (pixels, record) => writePng(pixels, record ? { text: pictureTexts(record) } : {}),
    size: async (file) => pictureSize(file),
    async decode(file) {
      const { width, height } = pictureSize(file)
      if (width * height > mostPixels) {
        throw new NegError(
          'limit-exceeded',
          `The picture says it has ${width}×${height} pixels; at most ${mostPixels} are decoded.`,
        )
      }
      return readImage(file)
    },
  }
}
