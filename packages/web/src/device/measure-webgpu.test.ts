import { expect, test } from 'vitest'
import { measureWebgpu } from './measure-webgpu'

test('a GPU that goes away meanwhile is not measured', async () => {
  let lose: (info: { message: string }) => void = () => {}
  const device = {
    lost: new Promise((resolve) => {
      lose = resolve
    }),
    destroy: () => {},
    createShaderModule: () => ({}),
    createComputePipelineAsync: () => new Promise(() => {}),
  }
  const measured = measureWebgpu({ requestDevice: async () => device } as unknown as GPUAdapter)
  lose({ message: 'driver restarted' })
  await expect(measured).rejects.toThrow('driver restarted')
})
