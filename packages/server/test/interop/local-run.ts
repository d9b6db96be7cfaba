import { type GenerateInput, generate, type RunResult, type Tensor } from '@neg/core'
import { node } from '@neg/node'
import { type RemoteModelOptions, remote } from '@neg/remote'

/** One recipe for all servers: three passes a step for a while (the general form), then two. */
export const recipe: GenerateInput = {
  prompt: 'a woman with long red hair and glasses',
  negatives: [{ text: 'glasses', scale: 3, window: { from: 0.2, to: 0.7 } }],
  scale: 5,
  steps: 8,
  seed: '42',
  guidance: { name: 'general' },
}

let local: Promise<RunResult> | undefined

/** The recipe, run here. */
export function localRun(): Promise<RunResult> {
  local ??= (async () => {
    // As exported: so do networks that a server runs.
    const model = await node({ threads: 1, attention: 'exported' })
    try {
      return await generate(model, recipe).result
    } finally {
      await model.dispose()
    }
  })()
  return local
}

/** Every part that is needed, on the server. */
export const allRemote = { text_encoder: 'text_encoder', unet: 'unet', vae_decoder: 'vae_decoder' } as const

/** The recipe, run with a model on servers: its result, and how it went. */
export async function remoteRun(options: RemoteModelOptions) {
  const model = await remote(options)
  try {
    const warnings: string[] = []
    const run = generate(model, recipe)
    for await (const event of run) if (event.type === 'warning') warnings.push(event.code)
    return {
      result: await run.result,
      traffic: model.traffic(),
      warnings,
      servers: model.servers.map(({ name }) => name),
    }
  } finally {
    await model.dispose()
  }
}

/** The largest difference of two latents, relative to the largest value. */
export function distance(a: Tensor, b: Tensor): number {
  let most = 0
  let largest = 0
  a.data.forEach((value, i) => {
    most = Math.max(most, Math.abs(value - b.data[i]))
    largest = Math.max(largest, Math.abs(value))
  })
  return most / largest
}
