import { NegError } from '@neg/core'

export interface Size {
  readonly width?: number
  readonly height?: number
}

/** Width × height that are drawn without being asked for on the command line: 2048², what a server takes, too. */
const mostUnasked = 2048 * 2048

/**
 * Refuses a size that a file says and nobody typed, where it would take more memory than there is: a record comes with a
 * picture from anywhere, and a photo may have any size.
 *
 * @param asked `--width` and `--height`
 * @param file What the recipe, the record or the input picture says
 * @param of What says so, for the message
 * @throws `size-invalid`
 */
export function checkUnasked(asked: Size, file: Size, of: string): void {
  const { width = 0, height = 0 } = { ...file, ...asked }
  if (width * height <= mostUnasked || (asked.width !== undefined && asked.height !== undefined)) return
  throw new NegError(
    'size-invalid',
    `${of} is ${width}×${height} pixels; more than ${mostUnasked} in all are drawn only if asked for: ` +
      `--width ${width} --height ${height}.`,
    { where: width >= height ? 'width' : 'height' },
  )
}
