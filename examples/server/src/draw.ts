import { writeFile } from 'node:fs/promises'
import { writePng } from '@neg/node'
import { generate, negServer } from '@neg/remote/jobs'

const server = negServer({ url: process.env.NEG_SERVER ?? 'http://127.0.0.1:8787' })
const run = generate(server, { prompt: 'a pirate', negatives: ['eye patch'], seed: 7 })
for await (const event of run) if (event.type === 'step-end') console.log(`step ${event.step + 1} of ${event.steps}`)
const { image, record } = await run.result
await writeFile('pirate.png', await writePng(image, { text: { neg: JSON.stringify(record) } }))
console.log(`pirate.png, ${record.evaluations.run} network evaluations`)
