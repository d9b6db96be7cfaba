import { writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { generate } from '@neg/core'
import { writePng } from '@neg/node'
import { remote } from '@neg/remote'

const [url, grpcUrl] = process.argv.slice(2)

const ready = () =>
  fetch(`${url}/v2/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  )
for (let attempt = 0; !(await ready()); attempt++) {
  if (attempt === 150) throw new Error(`Triton does not answer at ${url}.`)
  await pause(200)
}

// Every network on the server; prompts, guidance and scheduler here.
const model = await remote({ url, grpcUrl, parts: { text_encoder: 'text_encoder', vae_decoder: 'vae_decoder' } })
const run = generate(model, {
  prompt: 'a professional office woman',
  negatives: [{ text: 'glasses', window: { from: 0, to: 0.6 } }],
  seed: 1,
})
for await (const event of run) if (event.type === 'step-end') console.log(`step ${event.step + 1} of ${event.steps}`)
await writeFile('office-woman.png', await writePng((await run.result).image))
console.log('office-woman.png')
for (const [part, { transport, calls, sent, received, ms }] of Object.entries(model.traffic())) {
  console.log(
    `${part}: ${calls} calls by ${transport}, ${(ms / calls).toFixed(1)} ms each, ${sent} bytes up, ${received} down`,
  )
}
await model.dispose()
