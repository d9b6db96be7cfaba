/** A shape of pictures: width to height. */
export interface Aspect {
  readonly name: string
  readonly ratio: number
}

export const aspects: readonly Aspect[] = [
  [1, 1],
  [4, 3],
  [3, 4],
  [3, 2],
  [2, 3],
  [16, 9],
  [9, 16],
].map(([width, height]) => ({ name: `${width}:${height}`, ratio: width / height }))

/** A size of an aspect with about that area, in multiples of what the model draws. */
export function sizeOf(
  { ratio }: Pick<Aspect, 'ratio'>,
  area: number,
  multiple: number,
): { width: number; height: number } {
  const round = (value: number) => Math.max(multiple, Math.round(value / multiple) * multiple)
  return { width: round(Math.sqrt(area * ratio)), height: round(Math.sqrt(area / ratio)) }
}
