import { NegError } from '@neg/core'
import { remote } from '@neg/remote'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allRemote, distance, localRun, remoteRun } from './local-run'
import { type RunningServer, startTriton } from './servers'

let triton: RunningServer
beforeAll(async () => {
  triton = await startTriton()
})
afterAll(() => triton?.stop())

describe('Triton', () => {
  it('draws what is drawn here, by binary HTTP', async () => {
    const { result, traffic, warnings, servers } = await remoteRun({ url: triton.url, parts: allRemote })
    const local = await localRun()
    expect(distance(result.latents, local.latents)).toBeLessThan(1e-4)
    expect(servers).toEqual(['triton'])
    expect(warnings).toEqual([])
    expect(Object.values(traffic).map(({ transport }) => transport)).toEqual([
      'http-binary',
      'http-binary',
      'http-binary',
    ])
  })

  it('draws what is drawn here, by gRPC alone', async () => {
    const { result, traffic } = await remoteRun({ grpcUrl: triton.grpcUrl, parts: allRemote })
    expect(distance(result.latents, (await localRun()).latents)).toBeLessThan(1e-4)
    expect(traffic.unet?.transport).toBe('grpc')
  })

  it('draws what is drawn here as JSON, and says what that costs', async () => {
    const { result, warnings } = await remoteRun({ url: triton.url, transport: 'http-json', parts: allRemote })
    expect(distance(result.latents, (await localRun()).latents)).toBeLessThan(1e-4)
    expect(warnings).toEqual(['remote-json'])
  })

  it('gets each conditioning once per run and latents once per step, where its model takes digests', async () => {
    const { traffic } = await remoteRun({ url: triton.url })
    const [latents, conditioning] = [8 * 16 * 16 * 4, 77 * 128 * 4]
    // Prompt and null (or negative) first, all three when the window opens; each time with what is already there.
    expect(traffic.unet?.calls).toBe(9)
    expect(traffic.unet?.sent).toBeLessThan(9 * (latents + 1000) + 5 * conditioning)
    expect(traffic.unet?.sent).toBeGreaterThan(9 * latents + 3 * conditioning)
  })

  it('measures both transports and keeps the quicker one', async () => {
    const { traffic, warnings } = await remoteRun({ url: triton.url, grpcUrl: triton.grpcUrl })
    expect(['http-binary', 'grpc']).toContain(traffic.unet?.transport)
    expect(warnings).toEqual([])
  })

  it('batches: timesteps as a column, and passes split where it takes fewer rows', async () => {
    for (const address of [{ url: triton.url }, { grpcUrl: triton.grpcUrl }]) {
      const { result, traffic } = await remoteRun({ ...address, parts: { unet: 'unet_batched' } })
      expect(distance(result.latents, (await localRun()).latents)).toBeLessThan(1e-4)
      // Three passes a step do not fit into two rows.
      expect(traffic.unet?.calls).toBeGreaterThan(9)
    }
  })

  it('is asked for digests it does not hold, and gets the conditioning in full', async () => {
    const body = {
      inputs: [{ name: 'cond_digest', datatype: 'BYTES', shape: [1], data: [`sha256:${'0'.repeat(64)}`] }],
    }
    const zeros = (name: string, shape: number[]) => ({
      name,
      datatype: 'FP32',
      shape,
      data: new Array(shape.reduce((product, n) => product * n)).fill(0),
    })
    const inputs = [...body.inputs, zeros('sample', [1, 8, 16, 16]), zeros('timestep', [1])]
    const answer = await fetch(`${triton.url}/v2/models/unet/infer`, {
      method: 'POST',
      body: JSON.stringify({ inputs }),
    })
    // The protocol of the extension, as the client knows it.
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('COND_MISS sha256:000')])
  })

  it('says which model it lacks', async () => {
    const failed = await remote({ url: triton.url, parts: { unet: 'nothing' } }).catch((error: unknown) => error)
    expect(NegError.isInstance(failed) && failed.code).toBe('remote-model-missing')
    const byGrpc = await remote({ grpcUrl: triton.grpcUrl, parts: { unet: 'nothing' } }).catch(
      (error: unknown) => error,
    )
    expect(NegError.isInstance(byGrpc) && byGrpc.code).toBe('remote-model-missing')
  })
})
