import { writeFile } from 'node:fs/promises'
import { generate } from '@neg/core'
import { node, writePng } from '@neg/node'
import portraits from '@neg/portraits'

const model = await node({ model: portraits })
const run = generate(model, {
  prompt: 'a professional office woman',
  negatives: ['glasses'],
  seed: 12,
})
for await (const event of run) if (event.type === 'step-end') console.log(`step ${event.step + 1} of ${event.steps}`)
const { image, record } = await run.result
await writeFile('office-woman.png', await writePng(image))
console.log(`office-woman.png, ${record.evaluations.run} network evaluations`)
await model.dispose()
