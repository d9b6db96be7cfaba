const { fround } = Math

/** ᾱ_t = Π (1 − β_i), in float32 with the product kept in float64, as torch.cumprod has it. */
export function cumulativeAlphas(betas: readonly number[]): number[] {
  let product = 1
  return betas.map((beta) => {
    product *= fround(1 - beta)
    return fround(product)
  })
}
