import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { generate, type Pixels } from '@neg/core'
import { node, writePng } from '@neg/node'
import portraits from '@neg/portraits'

const model = await node({ model: portraits })
const seed = 2
const { image } = await generate(model, { prompt: 'a man, forest', seed }).result

/** White where the picture is drawn anew: everything above the eyes. Black stays as it is, to the pixel. */
const mask: Pixels = {
  ...image,
  data: image.data.map((_, i) => (i % 4 === 3 || i / 4 < 0.4 * image.width * image.height ? 255 : 0)),
}

// A recipe names its input pictures by SHA-256, so that a record says which they were without holding a path.
const name = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const [before, area] = [await writePng(image), await writePng(mask)]
const run = generate(
  model,
  {
    prompt: 'a king wearing a crown, forest',
    negatives: ['glasses'],
    seed,
    image: { sha256: name(before), mask: name(area), strength: 0.9 },
  },
  { images: { [name(before)]: image, [name(area)]: mask } },
)
const { image: crowned } = await run.result
await Promise.all([
  writeFile('before.png', before),
  writeFile('mask.png', area),
  writeFile('after.png', await writePng(crowned)),
])
console.log('before.png, mask.png, after.png')
await model.dispose()
