import { writeFile } from 'node:fs/promises'
import { generate, type Tensor } from '@neg/core'
import { node, writePng } from '@neg/node'
import portraits from '@neg/portraits'
import { promptToPrompt } from './prompt-to-prompt-guidance'

const model = await node({ model: portraits })
// DDIM calls the network once a step, so that step k's x is what step k − 1 arrived at.
const shared = { seed: 1, steps: 20, scheduler: 'DDIMScheduler' }
const [from, to] = ['a professional office woman with glasses', 'a professional office man with glasses']

const source = generate(model, { ...shared, prompt: from })
const path: Tensor[] = []
for await (const event of source) if (event.type === 'step-end') path[event.call] = event.x
const alone = await generate(model, { ...shared, prompt: to }).result
const plugin = promptToPrompt(path)
const edited = await generate(
  model,
  { ...shared, prompt: to, guidance: plugin.name, roles: { source: [{ text: from }] } },
  { plugins: [plugin] },
).result
await model.dispose()

const pictures = { source: (await source.result).image, alone: alone.image, edited: edited.image }
for (const [name, image] of Object.entries(pictures)) await writeFile(`${name}.png`, await writePng(image))
console.log(`source.png: ${from}\nalone.png: ${to}, same seed\nedited.png: ${to}, with the attention of source.png`)
