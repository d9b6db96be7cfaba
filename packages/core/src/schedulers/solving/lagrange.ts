/** Gauss–Legendre nodes and weights on [−1, 1]: exact to degree 7. */
const quadrature = [
  [-0.8611363115940526, 0.34785484513745385],
  [-0.33998104358485626, 0.6521451548625461],
  [0.33998104358485626, 0.6521451548625461],
  [0.8611363115940526, 0.34785484513745385],
] as const

/** ∫ from a to b of the k-th Lagrange polynomial over `nodes`: 1 at its own node, 0 at the others. */
export function lagrangeIntegral(nodes: readonly number[], k: number, a: number, b: number): number {
  const at = (x: number): number =>
    nodes.reduce((product, node, i) => (i === k ? product : (product * (x - node)) / (nodes[k] - node)), 1)
  const [middle, half] = [(a + b) / 2, (b - a) / 2]
  return half * quadrature.reduce((sum, [node, weight]) => sum + weight * at(middle + half * node), 0)
}

/** Coefficients, highest power first, of the k-th Lagrange polynomial over `nodes`. */
export function lagrangeCoefficients(nodes: readonly number[], k: number): number[] {
  let polynomial = [1]
  for (const [i, node] of nodes.entries()) {
    if (i === k) continue
    const scale = 1 / (nodes[k] - node)
    const shifted = [0, ...polynomial]
    polynomial = [...polynomial, 0].map((c, power) => scale * (c - node * shifted[power]))
  }
  return polynomial
}
