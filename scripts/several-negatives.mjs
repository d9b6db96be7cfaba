/**
 * `node scripts/several-negatives.mjs`: how much of what each negative removes alone it still removes beside one, two and three others, under
 * the embedded model's recommended guidance and under `general`. Prints docs/guidance.md's table of it.
 *
 *   node scripts/several-negatives.mjs --seeds 10
 */
import { parseArgs } from 'node:util'
import { common } from './guidance-table/methods.mjs'
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '10' } } })
const say = (line) => process.stderr.write(`${line}\n`)
await ensureInstalled(say)
await ensureBuilt(say)
const { generate } = await import('@neg/core')
const { node } = await import('@neg/node')
const { default: portraits } = await import('@neg/portraits')

/** People who usually show four things that the judge knows. */
const people = {
  'a pirate': ['eye patch', 'pirate hat', 'beard', 'earrings'],
  'a queen': ['crown', 'necklace', 'earrings', 'long'],
  'santa claus': ['santa hat', 'beard', 'snow', 'glasses'],
  'a rapper': ['sunglasses', 'cap', 'necklace', 'beard'],
}
/** What the judge calls `long` is said so. */
const said = { long: 'long hair' }
const groups = [[0], [1], [2], [3], [0, 1], [2, 3], [0, 1, 2], [1, 2, 3], [0, 1, 2, 3]]
const early = { from: 0, to: 0.4 }

const model = await node({ model: portraits, device: 'cpu' })
const seen = async (recipe) => (await model.judge((await generate(model, recipe).result).image)).attributes
const rates = {}
for (const guidance of ['local', 'general']) {
  // By number of negatives: [gone, of how many that were there].
  const counts = new Map([1, 2, 3, 4].map((n) => [n, [0, 0]]))
  for (const [prompt, things] of Object.entries(people)) {
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      const before = await seen({ ...common, prompt, seed, guidance: 'classifier-free' })
      for (const group of groups) {
        const negatives = group.map((i) => ({
          text: said[things[i]] ?? things[i],
          ...(guidance === 'local' ? { window: early } : {}),
        }))
        const after = await seen({ ...common, prompt, seed, guidance, negatives })
        for (const i of group) {
          if (before[things[i]] < 0.5) continue
          const left = after[things[i]] >= 0.5
          const count = counts.get(group.length)
          count[0] += left ? 0 : 1
          count[1]++
        }
      }
    }
    say(`${guidance}: ${prompt}`)
  }
  rates[guidance] = [...counts.values()].map(([gone, of]) => ({ rate: gone / of, of }))
}
await model.dispose()
const percent = (x) => `${Math.round(100 * x)} %`
process.stdout.write('| guidance | alone | beside one | beside two | beside three |\n|---|---|---|---|---|\n')
for (const [name, all] of Object.entries(rates)) {
  const cells = all.map(
    ({ rate, of }, i) => `${percent(rate)} of ${of}${i ? ` (× ${(rate / all[0].rate).toFixed(2)})` : ''}`,
  )
  process.stdout.write(`| \`${name}\` | ${cells.join(' | ')} |\n`)
}
