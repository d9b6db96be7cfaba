interface Counted {
  readonly step: number
  readonly steps: number
  readonly done: boolean
}

/** Milliseconds until all pictures are drawn, from what their steps took so far; undefined while that says nothing. */
export function timeLeft(pictures: readonly Counted[], elapsed: number): number | undefined {
  const sum = (of: (picture: Counted) => number) => pictures.reduce((total, picture) => total + of(picture), 0)
  const walked = sum(({ step, steps, done }) => (done ? steps : step))
  return walked === 0 ? undefined : (elapsed / walked) * (sum(({ steps }) => steps) - walked)
}
