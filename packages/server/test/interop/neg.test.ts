import { generate } from '@neg/core'
import { node } from '@neg/node'
import { remote } from '@neg/remote'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allRemote, distance, localRun, recipe, remoteRun } from './local-run'
import { startNeg } from './neg-server'

let neg: Awaited<ReturnType<typeof startNeg>>
beforeAll(async () => {
  neg = await startNeg()
})
afterAll(() => neg?.stop())

describe('neg’s own server, on tensors', () => {
  it('draws exactly what is drawn here, whichever parts it runs', async () => {
    const local = await localRun()
    const places = [
      allRemote,
      {},
      { text_encoder: 'text_encoder', unet: 'local' },
      { text_encoder: 'portraits.text_encoder', unet: 'portraits.unet' },
    ] as const
    for (const parts of places) {
      const { result } = await remoteRun({ url: neg.server.url, parts })
      if ('unet' in parts && parts.unet === 'local') {
        // A UNet that runs here has its attention fused, which differs in the last bits.
        expect(distance(result.latents, local.latents)).toBeLessThan(1e-4)
        continue
      }
      expect(result.latents.data).toEqual(local.latents.data)
      expect(result.image.data).toEqual(local.image.data)
    }
  })

  it('draws exactly the same as JSON', async () => {
    const { result } = await remoteRun({ url: neg.server.url, transport: 'http-json', parts: allRemote })
    expect(result.latents.data).toEqual((await localRun()).latents.data)
  })

  it('says which weights it runs: the record is of the same model', async () => {
    const [{ result }, local] = [await remoteRun({ url: neg.server.url, parts: allRemote }), await localRun()]
    expect(result.record.models).toEqual(local.record.models)
  })

  it('gets each conditioning once per run and latents once per step', async () => {
    const { traffic } = await remoteRun({ url: neg.server.url })
    const [latents, conditioning] = [8 * 16 * 16 * 4, 77 * 128 * 4]
    expect(traffic.unet?.calls).toBe(9)
    expect(traffic.unet?.sent).toBeLessThan(9 * (latents + 1000) + 5 * conditioning)
  })

  it('stops between steps, at whichever step it is aborted, and sends nothing after it', async () => {
    const model = await remote({ url: neg.server.url })
    const steps = Number(recipe.steps)
    for (let last = 1; last < steps; last++) {
      const before = model.traffic().unet?.calls ?? 0
      const run = generate(model, recipe)
      const reason = new Error(`at step ${last}`)
      const ended = (async () => {
        for await (const event of run) if (event.type === 'step-end' && event.step + 1 === last) run.abort(reason)
      })()
      await expect(run.result).rejects.toBe(reason)
      await ended.catch((error) => expect(error).toBe(reason))
      const calls = (model.traffic().unet?.calls ?? 0) - before
      // PNDM's second step has two calls.
      expect(calls).toBeGreaterThanOrEqual(last)
      expect(calls).toBeLessThanOrEqual(last + 2)
    }
    // What was given up in flight disturbs nobody.
    expect((await generate(model, recipe).result).latents.data).toEqual((await localRun()).latents.data)
    await model.dispose()
  })

  it('keeps several runs on one model apart', async () => {
    const model = await remote({ url: neg.server.url, mixPictures: false })
    const [a, b] = [generate(model, recipe), generate(model, { ...recipe, seed: '43' })]
    const [first, second] = await Promise.all([a.result, b.result])
    expect(first.latents.data).toEqual((await localRun()).latents.data)
    expect(second.latents.data).not.toEqual(first.latents.data)
    await model.dispose()
  })

  it('keeps attention and edits where the UNet runs here', async () => {
    const [model, local] = [
      await remote({ url: neg.server.url, parts: { unet: 'local', vae_decoder: 'vae_decoder' } }),
      await node({ threads: 1 }),
    ]
    expect(model.provides).toEqual(local.provides)
    await Promise.all([model.dispose(), local.dispose()])
  })
})
