/** x with A x = b, by elimination with pivoting; for the few unknowns of a solver's order. */
export function solveLinear(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]])
  const n = rows.length
  for (let column = 0; column < n; column++) {
    let pivot = column
    for (let i = column + 1; i < n; i++) if (Math.abs(rows[i][column]) > Math.abs(rows[pivot][column])) pivot = i
    ;[rows[column], rows[pivot]] = [rows[pivot], rows[column]]
    for (let i = column + 1; i < n; i++) {
      const factor = rows[i][column] / rows[column][column]
      for (let j = column; j <= n; j++) rows[i][j] -= factor * rows[column][j]
    }
  }
  const x = new Array<number>(n).fill(0)
  for (let i = n - 1; i >= 0; i--) {
    const known = rows[i].slice(i + 1, n).reduce((sum, a, j) => sum + a * x[i + 1 + j], 0)
    x[i] = (rows[i][n] - known) / rows[i][i]
  }
  return x
}
