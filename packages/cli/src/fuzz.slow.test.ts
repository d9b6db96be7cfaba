import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../../../scripts/fuzz.mjs', import.meta.url))

/** A slice of `npm run fuzz`, with a seed of its own. */
test('40 broken folders, PNGs, recipes and tensors each give a finite result or an error with a code', () => {
  const { stdout, status } = spawnSync(process.execPath, [script, '--seed', '2', '--count', '40'], { encoding: 'utf8' })
  expect(stdout).toMatch(/Nothing failed\.\n$/)
  for (const kind of ['folders', 'pngs', 'recipes', 'tensors']) {
    const [, outcomes] = new RegExp(`^${kind}: (.*) \\(`, 'm').exec(stdout) ?? []
    const counts = [...outcomes.matchAll(/ (\d+)(?:,|$)/g)].map(([, count]) => Number(count))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40)
    // Some go through: what only refuses would find nothing.
    expect(outcomes).toMatch(/drawn|read|200/)
  }
  expect(status).toBe(0)
})
