import { NegError } from '@neg/core'
import { describe, expect, it } from 'vitest'
import type { InferRequest, Transport, TransportName } from './transport'
import { chooseTransport } from './transport-choice'

/** A clock that only transports move. */
function world() {
  let time = 0
  const calls: TransportName[] = []
  const transport = (name: TransportName, ms: number, fault?: () => NegError | undefined): Transport => ({
    name,
    async infer() {
      calls.push(name)
      time += ms
      const error = fault?.()
      if (error) throw error
      return { outputs: [], sent: 0, received: 0 }
    },
  })
  return { transport, calls, now: () => time }
}

const request = (bytes = 8): InferRequest => ({
  model: 'unet',
  inputs: [{ name: 'x', datatype: 'UINT8', shape: [bytes], bytes: new Uint8Array(bytes) }],
  outputs: [],
  timeout: 1000,
})
const refused = () => new NegError('remote-refused', 'no such bodies here')

describe('the choice of a transport', () => {
  it('is the quicker one, measured on real calls after one that warms up', async () => {
    const { transport, calls, now } = world()
    const choice = chooseTransport([transport('http-binary', 5), transport('grpc', 2)], undefined, { now })
    for (let i = 0; i < 6; i++) await choice.infer(request())
    expect(calls).toEqual(['http-binary', 'http-binary', 'grpc', 'grpc', 'grpc', 'grpc'])
    expect(choice.current.name).toBe('grpc')
  })

  it('compares calls of equal size only', async () => {
    const { transport, calls, now } = world()
    const choice = chooseTransport([transport('http-binary', 1), transport('grpc', 2)], undefined, { now })
    for (const size of [8, 8, 16, 16, 16, 16]) await choice.infer(request(size))
    expect(calls).toEqual(['http-binary', 'http-binary', 'grpc', 'http-binary', 'http-binary', 'http-binary'])
  })

  it('needs no measuring where there is one', async () => {
    const { transport, calls, now } = world()
    const choice = chooseTransport([transport('http-binary', 1)], transport('http-json', 1), { now })
    for (let i = 0; i < 3; i++) await choice.infer(request())
    expect(calls).toEqual(['http-binary', 'http-binary', 'http-binary'])
  })

  it('falls back where one does not work, with the same call, and says so', async () => {
    const { transport, calls, now } = world()
    const dropped: string[] = []
    const choice = chooseTransport(
      [transport('grpc', 1, () => new NegError('remote-unreachable', 'closed')), transport('http-binary', 1, refused)],
      transport('http-json', 1),
      { now, dropped: ({ name }, { code }) => dropped.push(`${name}: ${code}`) },
    )
    for (let i = 0; i < 2; i++) await choice.infer(request())
    expect(calls).toEqual(['grpc', 'http-binary', 'http-json', 'http-json'])
    expect(dropped).toEqual(['grpc: remote-unreachable', 'http-binary: remote-refused'])
  })

  it('blames the request when every transport is refused, and forgets nothing', async () => {
    const { transport, calls, now } = world()
    let broken = true
    const fault = () => (broken ? refused() : undefined)
    const choice = chooseTransport([transport('http-binary', 1, fault)], transport('http-json', 1, fault), { now })
    await expect(choice.infer(request())).rejects.toMatchObject({ code: 'remote-refused' })
    broken = false
    await choice.infer(request())
    expect(calls).toEqual(['http-binary', 'http-json', 'http-binary'])
  })

  it('never tries another transport for what is not the transport’s fault', async () => {
    for (const code of ['remote-unauthorized', 'remote-model-missing', 'remote-busy', 'out-of-memory'] as const) {
      const { transport, calls, now } = world()
      const choice = chooseTransport(
        [transport('grpc', 1, () => new NegError(code, '')), transport('http-binary', 1)],
        undefined,
        { now },
      )
      await expect(choice.infer(request())).rejects.toMatchObject({ code })
      expect(calls).toEqual(['grpc'])
    }
  })

  it('stays with a transport that worked when a later call fails', async () => {
    const { transport, calls, now } = world()
    let broken = false
    const choice = chooseTransport(
      [transport('http-binary', 1, () => (broken ? refused() : undefined))],
      transport('http-json', 1),
      { now },
    )
    await choice.infer(request())
    broken = true
    await expect(choice.infer(request())).rejects.toMatchObject({ code: 'remote-refused' })
    expect(calls).toEqual(['http-binary', 'http-binary'])
  })
})
