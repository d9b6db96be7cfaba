import { writeFile } from 'node:fs/promises'
import { generate, type Pixels } from '@neg/core'
import { inputImage, node, writePng } from '@neg/node'
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
const [before, area] = [await inputImage(image), await inputImage(mask)]
const run = generate(
  model,
  {
    prompt: 'a king wearing a crown, forest',
    negatives: ['glasses'],
    seed,
    image: { sha256: before.sha256, mask: area.sha256, strength: 0.9 },
  },
  { images: [before, area] },
)
const { image: crowned } = await run.result
await Promise.all([
  writeFile('before.png', await writePng(image)),
  writeFile('mask.png', await writePng(mask)),
  writeFile('after.png', await writePng(crowned)),
])
console.log('before.png, mask.png, after.png')
await model.dispose()
