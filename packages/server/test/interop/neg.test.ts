import { node } from '@neg/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allRemote, localRun, remoteRun } from './local-run'
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

  it('keeps attention and edits where the UNet runs here', async () => {
    const { remote } = await import('@neg/remote')
    const [model, local] = [
      await remote({ url: neg.server.url, parts: { unet: 'local', vae_decoder: 'vae_decoder' } }),
      await node({ threads: 1 }),
    ]
    expect(model.provides).toEqual(local.provides)
    await Promise.all([model.dispose(), local.dispose()])
  })
})
