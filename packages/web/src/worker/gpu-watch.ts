import { NegError } from '@neg/core'
import { findAdapter } from '../device/adapter'

/** Notices when the GPU goes away: whatever the runtime says then is a consequence. */
export interface GpuWatch {
  /** Whether it is gone. */
  gone(): boolean
  /** Watches a device from now on. Again with the same one does nothing. */
  follow(device: GPUDevice | undefined): void
  /**
   * A device of one's own, followed: it goes when the runtime's does, which is out of reach until its first session is
   * open. Destroy it when that is. @throws `device-lost` where the browser gives none any more
   */
  standIn(): Promise<GPUDevice>
  /** Does work on the GPU. A call on a lost device may never answer; this does. @throws `device-lost` */
  guard<T>(work: () => Promise<T>): Promise<T>
}

/** A call's failure and the news of the loss may come in either order: so long the news is waited for, in ms. */
const patience = 500

const deviceLost = (message: string): NegError =>
  new NegError(
    'device-lost',
    `The GPU is gone (${message || 'the browser gives no reason'}): another program may have taken it, or the driver was ` +
      "restarted. Load the model again, or use device 'wasm'.",
    { where: 'webgpu' },
  )

export function gpuWatch(): GpuWatch {
  const followed = new WeakSet<GPUDevice>()
  // Not a promise that calls race against: it would keep every call's result as long as it lives.
  const waiting = new Set<(error: NegError) => void>()
  let error: NegError | undefined

  const lose = (message: string): NegError => {
    error ??= deviceLost(message)
    for (const reject of waiting) reject(error)
    waiting.clear()
    return error
  }
  const follow = (device: GPUDevice | undefined) => {
    if (!device || followed.has(device)) return
    followed.add(device)
    // The runtime destroys its device itself when its last session is released, and makes another when it needs one.
    void device.lost.then(({ reason, message }) => reason === 'destroyed' || lose(message))
  }
  return {
    gone: () => error !== undefined,
    follow,
    async standIn() {
      if (error) throw error
      const adapter = await findAdapter()
      if (!adapter) throw lose('the browser offers no WebGPU adapter any more')
      const device = await adapter.requestDevice().catch((cause: unknown) => {
        throw lose(String(cause))
      })
      follow(device)
      return device
    },
    guard: (work) =>
      new Promise((resolve, reject) => {
        if (error) return reject(error)
        waiting.add(reject)
        const settle = (how: () => void) => {
          waiting.delete(reject)
          how()
        }
        work().then(
          (value) => settle(() => resolve(value)),
          (cause: unknown) => setTimeout(settle, patience, () => reject(cause)),
        )
      }),
  }
}
