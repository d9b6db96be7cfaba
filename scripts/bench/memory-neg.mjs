/** Peak memory of a process that draws one picture with neg. Run by bench.mjs. */
import { generate } from '@neg/core'
import { node } from '@neg/node'
import portraits from '@neg/portraits'
import { peakMemory } from './peak-memory.mjs'

const model = await node({ model: portraits, device: 'cpu' })
await generate(model, JSON.parse(process.argv[2])).result
await model.dispose()
process.stdout.write(String(peakMemory()))
