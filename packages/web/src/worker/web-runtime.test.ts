import type { OrtModule } from '@neg/onnx/worker'
import { afterEach, expect, test, vi } from 'vitest'
import { webRuntime } from './web-runtime'

/** onnxruntime-web with a GPU that can be taken away, whose calls then never answer. */
function losable() {
  let lose: (info: { message: string }) => void = () => {}
  const lost = new Promise<{ message: string }>((resolve) => {
    lose = resolve
  })
  const session = {
    inputMetadata: [],
    outputMetadata: [],
    run: () => new Promise<never>(() => {}),
    release: async () => {},
  }
  const ort = {
    InferenceSession: { create: async () => session },
    Tensor: class {},
    env: { versions: { web: '1' }, logLevel: '', wasm: {}, webgpu: { device: Promise.resolve({ lost }) } },
  }
  return { load: async () => ort as unknown as OrtModule, lose: () => lose({ message: 'driver restarted' }) }
}

afterEach(() => vi.unstubAllGlobals())

test('a GPU that goes away ends the call in flight and every later one with device-lost', async () => {
  const { load, lose } = losable()
  const requestDevice = async () => ({ lost: new Promise(() => {}), destroy: () => {} })
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => ({ requestDevice }) } })
  const runtime = await webRuntime({ load, device: 'webgpu', threads: 1 })
  const session = await runtime.open({ name: 'unet/model.onnx', bytes: new Uint8Array() })
  const running = session.run({})
  lose()
  await expect(running).rejects.toMatchObject({
    code: 'device-lost',
    message: expect.stringContaining('driver restarted'),
  })
  await expect(session.run({})).rejects.toMatchObject({ code: 'device-lost' })
  await session.release()
})

test('a runtime that cannot be loaded says so', async () => {
  const load = async () => {
    throw new Error('blocked')
  }
  await expect(webRuntime({ load, device: 'wasm', threads: 1 })).rejects.toMatchObject({
    code: 'runtime-failed',
    message: expect.stringContaining('blocked'),
  })
})
