/**
 * `npm run guidance:density`: how far what guidance draws is from the density that its formula is read as,
 *
 *   p(x) (p(x|y)/p(x))^{s⁺} (p(x|n)/p(x))^{−s⁻},
 *
 * on a mixture on a line, where both are known. Writes docs/guidance/density.json and .svg, and the table in
 * docs/guidance.md. The same numbers on every machine.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { replaceBlock } from './lib/replace-block.mjs'
import { root } from './lib/workspace.mjs'

const components = [
  { tags: ['woman'], mean: [-1], deviation: 0.5, weight: 2 },
  { tags: ['woman', 'glasses'], mean: [1], deviation: 0.5, weight: 1 },
  { tags: ['man', 'glasses'], mean: [3], deviation: 0.5, weight: 1 },
  { tags: ['man'], mean: [-3], deviation: 0.5, weight: 2 },
]
const cases = [
  ...[1, 1.5, 2, 3, 5, 7.5].map((positive) => ({ positive, negative: 0 })),
  ...[0.5, 1, 2, 4].map((negative) => ({ positive: 1, negative })),
  ...[1, 2, 4].map((negative) => ({ positive: 5, negative })),
]
const samples = 500
const clean = { alpha: 1, sigma: 0 }

const say = (line) => process.stderr.write(`${line}\n`)
await ensureInstalled(say)
await ensureBuilt(say, '@neg/testing')
const { gaussianMixtureModel, integrateGuided } = await import(
  pathToFileURL(join(root, 'packages', 'testing', 'dist', 'index.js')).href
)
const { densityPlot } = await import('./lib/density-plot.mjs') // draws with what was built
const model = gaussianMixtureModel({ components, shape: [1, 1, 1] })

/** Φ⁻¹ at (i + ½)/n, by bisection on a fine sum of the density. */
function normalQuantiles(n) {
  const step = 1e-4
  const found = []
  let mass = 0
  for (let x = -6; x < 6 && found.length < n; x += step) {
    mass += (step * Math.exp(-((x + step / 2) ** 2) / 2)) / Math.sqrt(2 * Math.PI)
    while (found.length < n && mass >= (found.length + 0.5) / n) found.push(x + step)
  }
  return found
}

const noise = normalQuantiles(samples)

/** Evenly spaced quantiles of what guidance draws: on a line its flow keeps the order of the noise. */
function guided({ positive, negative }) {
  const terms = () => [
    ['woman', positive],
    [null, 1 - positive + negative],
    ['glasses', -negative],
  ]
  return noise.map((n) => integrateGuided(model, terms, [n], model.levelAt(999), 300)[0])
}

/** Evenly spaced quantiles of the tilted density. */
function tilted({ positive, negative }) {
  const [from, to, cells] = [-30, 9, 39_000]
  const width = (to - from) / cells
  const logs = Array.from({ length: cells }, (_, i) => {
    const x = [from + (i + 0.5) * width]
    const [all, y, n] = [null, 'woman', 'glasses'].map((text) => model.logDensity(text, x, clean))
    return all + positive * (y - all) - negative * (n - all)
  })
  const largest = Math.max(...logs)
  const masses = logs.map((log) => Math.exp(log - largest))
  const total = masses.reduce((a, b) => a + b, 0)
  const quantiles = []
  let sum = 0
  masses.forEach((mass, i) => {
    sum += mass / total
    while (quantiles.length < samples && sum >= (quantiles.length + 0.5) / samples)
      quantiles.push(from + (i + 0.5) * width)
  })
  return quantiles
}

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length
const deviation = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))
const glasses = (values) => values.filter((value) => value > 0).length / values.length

const rows = cases.map((one) => {
  const [drawn, read] = [guided(one), tilted(one)]
  const distance = mean(drawn.map((value, i) => Math.abs(value - read[i])))
  return { ...one, drawn, read, distance }
})

const number = (value) => value.toFixed(2).replace('-', '−')
const share = (value) => `${(100 * value).toFixed(1)} %`
const table = [
  '| s⁺ | s⁻ | mean: drawn | read | deviation: drawn | read | glasses: drawn | read | distance W₁ |',
  '|---|---|---|---|---|---|---|---|---|',
  ...rows.map(({ positive, negative, drawn, read, distance }) =>
    [
      '',
      positive,
      negative,
      number(mean(drawn)),
      number(mean(read)),
      number(deviation(drawn)),
      number(deviation(read)),
      share(glasses(drawn)),
      share(glasses(read)),
      number(distance),
      '',
    ]
      .join(' | ')
      .trim(),
  ),
].join('\n')

const folder = join(root, 'docs', 'guidance')
await mkdir(folder, { recursive: true })
const rounded = (values) => values.filter((_, i) => i % 5 === 2).map((value) => Number(value.toFixed(4)))
const data = rows.map((row) => ({ ...row, drawn: rounded(row.drawn), read: rounded(row.read) }))
const lines = data.map((row) => JSON.stringify(row)).join(',\n')
await writeFile(join(folder, 'density.json'), `{"components": ${JSON.stringify(components)}, "rows": [\n${lines}\n]}\n`)
await writeFile(join(folder, 'density.svg'), densityPlot(rows, components))
const page = join(root, 'docs', 'guidance.md')
await writeFile(page, replaceBlock(await readFile(page, 'utf8'), 'density', table))
process.stdout.write(`${table}\n`)
