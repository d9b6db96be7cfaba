import { type ModelInfo, NegError } from '@neg/core'

export interface Size {
  readonly width: number
  readonly height: number
}

/** Two positive numbers with a mark between: `512x768`, `16:9`. */
function pairOf(text: string, mark: 'x' | ':', where: 'size' | 'aspectRatio'): [number, number] {
  const [a, b, ...rest] = text.split(mark).map(Number)
  if (rest.length === 0 && a > 0 && b > 0 && Number.isFinite(a) && Number.isFinite(b)) return [a, b]
  const expected = mark === 'x' ? '{width}x{height}, such as 512x512' : '{width}:{height}, such as 16:9'
  throw new NegError('size-invalid', `${where} is '${text}'; expected ${expected}.`, { where })
}

/** `{width}x{height}` in pixels. @throws `size-invalid` */
export function sizeOf(size: string): Size {
  const [width, height] = pairOf(size, 'x', 'size')
  return { width, height }
}

/**
 * A size of an aspect ratio with about as many pixels as the model was trained at, both sides multiples of what it draws.
 * @throws `size-invalid`
 */
export function sizeOfAspect(ratio: string, { size, sizeMultiple }: Pick<ModelInfo, 'size' | 'sizeMultiple'>): Size {
  const [a, b] = pairOf(ratio, ':', 'aspectRatio')
  const side = Math.sqrt((size.width * size.height) / (a * b))
  const nearest = (pixels: number) => Math.max(1, Math.round(pixels / sizeMultiple)) * sizeMultiple
  return { width: nearest(a * side), height: nearest(b * side) }
}
