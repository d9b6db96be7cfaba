/**
 * `npm run pictures`: draws every picture of the README anew and fails where the model's judge disagrees with its caption.
 *
 * Each picture is a sheet: a row a recipe, a column a seed. `shows` says of the judge's attributes whether they are seen in every
 * picture of the row (true), in none (false); what a row makes no claim of is left out.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { root } from './lib/workspace.mjs'

const woman = { prompt: 'a professional office woman' }
const pictures = [
  {
    file: 'docs/images/office-woman.png',
    seeds: [12, 5, 21, 11],
    rows: [
      { recipe: { ...woman, guidance: 'classifier-free' }, shows: { glasses: true, office: true } },
      { recipe: { ...woman, negatives: ['glasses'], guidance: 'negative-prompt' }, shows: { office: true } },
      { recipe: { ...woman, negatives: ['glasses'] }, shows: { glasses: false, sunglasses: false, office: true } },
    ],
  },
]

const say = (line) => process.stderr.write(`${line}\n`)
await ensureInstalled(say)
await ensureBuilt(say)
const { generate } = await import('@neg/core')
const { node, writePng } = await import('@neg/node')

const model = await node()
let wrong = 0
try {
  for (const { file, seeds, rows } of pictures) {
    const cells = []
    for (const [row, { recipe, shows }] of rows.entries()) {
      for (const seed of seeds) {
        const { image } = await generate(model, { ...recipe, seed }).result
        const seen = await model.classify(image)
        for (const [attribute, wanted] of Object.entries(shows)) {
          if (seen[attribute] >= 0.5 === wanted) continue
          wrong++
          say(
            `${file}: row ${row + 1}, seed ${seed}: ${attribute} is ${wanted ? 'not ' : ''}seen (${seen[attribute].toFixed(2)})`,
          )
        }
        cells.push(image)
      }
    }
    mkdirSync(join(root, dirname(file)), { recursive: true })
    writeFileSync(join(root, file), await writePng(sheet(cells, seeds.length)))
    say(`${file}: ${cells.length} pictures`)
  }
} finally {
  await model.dispose()
}
process.exitCode = wrong > 0 ? 1 : 0

/** Pictures of one size side by side, `columns` a row. */
function sheet(cells, columns) {
  const [{ width, height }] = cells
  const data = new Uint8ClampedArray(cells.length * width * height * 4)
  cells.forEach(({ data: own }, i) => {
    const [left, top] = [(i % columns) * width, Math.floor(i / columns) * height]
    for (let y = 0; y < height; y++) {
      data.set(own.subarray(y * width * 4, (y + 1) * width * 4), ((top + y) * columns * width + left) * 4)
    }
  })
  return { width: columns * width, height: Math.ceil(cells.length / columns) * height, data }
}
