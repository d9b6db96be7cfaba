import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { gpuWatch } from './gpu-watch'

type Lost = { reason: 'unknown' | 'destroyed'; message: string }

/** A device that can be taken away, and that goes when it is destroyed. */
function losable() {
  let lose: (info: Lost) => void = () => {}
  const lost = new Promise<Lost>((resolve) => {
    lose = resolve
  })
  const destroy = () => lose({ reason: 'destroyed', message: '' })
  return {
    device: { lost, destroy } as unknown as GPUDevice,
    lose: (message: string) => lose({ reason: 'unknown', message }),
  }
}

const devices: ReturnType<typeof losable>[] = []
let adapters = true
beforeEach(() => {
  devices.length = 0
  adapters = true
  const requestDevice = async () => devices[devices.push(losable()) - 1].device
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => (adapters ? { requestDevice } : null) } })
})
afterEach(() => vi.unstubAllGlobals())

test('a call that never answers ends with the GPU, and a later one does not begin', async () => {
  const watch = gpuWatch()
  const { device, lose } = losable()
  watch.follow(device)
  const running = watch.guard(() => new Promise<never>(() => {}))
  lose('driver restarted')
  await expect(running).rejects.toMatchObject({
    code: 'device-lost',
    message: expect.stringContaining('driver restarted'),
  })
  const work = vi.fn(async () => 1)
  await expect(watch.guard(work)).rejects.toMatchObject({ code: 'device-lost' })
  expect(work).not.toHaveBeenCalled()
  expect(watch.gone()).toBe(true)
})

test('a failure that comes before the news of the loss is the loss; one without is itself', async () => {
  const watch = gpuWatch()
  const { device, lose } = losable()
  watch.follow(device)
  const other = new Error('shapes do not fit')
  await expect(watch.guard(() => Promise.reject(other))).rejects.toBe(other)
  const failing = watch.guard(() => Promise.reject(new Error('no valid reference')))
  setTimeout(lose, 20, '')
  await expect(failing).rejects.toMatchObject({ code: 'device-lost' })
})

test('a device that the runtime destroys is none that is lost', async () => {
  const watch = gpuWatch()
  const { device } = losable()
  watch.follow(device)
  device.destroy()
  expect(await watch.guard(async () => 1)).toBe(1)
  expect(watch.gone()).toBe(false)
})

test('before the runtime’s device is known, a stand-in tells', async () => {
  const watch = gpuWatch()
  const standIn = await watch.standIn()
  expect(standIn).toBe(devices[0].device)
  const opening = watch.guard(() => new Promise<never>(() => {}))
  devices[0].lose('')
  await expect(opening).rejects.toMatchObject({ code: 'device-lost' })
  await expect(watch.standIn()).rejects.toMatchObject({ code: 'device-lost' })
})

test('a browser that gives no adapter any more has lost its GPU', async () => {
  adapters = false
  await expect(gpuWatch().standIn()).rejects.toMatchObject({
    code: 'device-lost',
    message: expect.stringContaining('no WebGPU adapter any more'),
  })
})
