/** The noise of a level taken apart: σ_up² = σ'² (σ² − σ'²)/σ² is drawn anew, the rest, σ_down, is kept. */
export function ancestralSplit(sigma: number, next: number): { readonly up: number; readonly down: number } {
  const up = Math.sqrt((next ** 2 * (sigma ** 2 - next ** 2)) / sigma ** 2)
  return { up, down: Math.sqrt(next ** 2 - up ** 2) }
}
