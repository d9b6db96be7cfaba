import { NegError } from '@neg/core'
import { remote } from '@neg/remote'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allRemote, distance, localRun, remoteRun } from './local-run'
import { type RunningServer, startMlServer } from './servers'

let server: RunningServer
beforeAll(async () => {
  server = await startMlServer()
})
afterAll(() => server?.stop())

describe('MLServer', () => {
  it('draws what is drawn here, by gRPC where its address is given', async () => {
    const { result, traffic, warnings } = await remoteRun({
      url: server.url,
      grpcUrl: server.grpcUrl,
      parts: allRemote,
    })
    expect(distance(result.latents, (await localRun()).latents)).toBeLessThan(1e-4)
    expect(traffic.vae_decoder?.transport).toBe('grpc')
    expect(warnings).toEqual([])
  })

  it('draws what is drawn here by HTTP, which is JSON there, and says what that costs', async () => {
    const { result, traffic, warnings } = await remoteRun({ url: server.url, parts: allRemote })
    expect(distance(result.latents, (await localRun()).latents)).toBeLessThan(1e-4)
    expect(traffic.unet?.transport).toBe('http-json')
    expect(warnings).toEqual(['remote-json'])
  })

  it('says which model it lacks, however it is asked', async () => {
    for (const address of [{ url: server.url }, { grpcUrl: server.grpcUrl }]) {
      const failed = await remote({ ...address, parts: { unet: 'nothing' } }).catch((error: unknown) => error)
      expect(NegError.isInstance(failed) && failed.code).toBe('remote-model-missing')
    }
  })
})
