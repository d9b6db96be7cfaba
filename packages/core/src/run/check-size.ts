import { NegError } from '../errors/neg-error'

/**
 * Whether a picture's edges, in pixels, are multiples of what is drawn; those that are left out are.
 * @param draws who draws: `tiny-sd15 draws`
 * @param most the largest; default any
 * @throws `size-invalid` with the sizes next to it
 */
export function checkSize(
  size: { readonly width?: number; readonly height?: number },
  multiple: number,
  draws: string,
  most: number = Number.POSITIVE_INFINITY,
): void {
  for (const name of ['width', 'height'] as const) {
    const value = size[name]
    if (value === undefined) continue
    if (value > most) {
      throw new NegError('size-invalid', `The ${name} is ${value} pixels; ${draws} at most ${most}.`, { where: name })
    }
    if (value % multiple === 0) continue
    const lower = Math.max(1, Math.floor(value / multiple)) * multiple
    throw new NegError(
      'size-invalid',
      `The ${name} is ${value} pixels; ${draws} multiples of ${multiple}. Try ${lower} or ${lower + multiple}.`,
      { where: name },
    )
  }
}
