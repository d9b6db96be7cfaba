import { NegError } from '@neg/core'
import { adapterObstacle, findAdapter, summarize } from './adapter'
import { hasSimd, measureWasm } from './measure-wasm'
import { measureWebgpu } from './measure-webgpu'
import type { ModelNeeds } from './model-needs'

/** Where networks can run in a browser. */
export type WebDevice = 'webgpu' | 'wasm'

/** What was chosen, and why. */
export interface DeviceChoice {
  readonly device: WebDevice
  /** For people: the measurements, or what is not there. */
  readonly reason: string
  /** WebAssembly's threads; 1 on WebGPU. */
  readonly threads: number
  /** GFLOP/s of a plain matrix product, where measured. */
  readonly measured?: { readonly webgpu: number; readonly wasm: number }
}

/** A GPU call has a cost of its own, so it must be clearly faster. */
const margin = 2

/**
 * WebAssembly has threads only where the page is cross-origin isolated. Browsers count hyper-threads as cores, and the
 * runtime's threads spin while they wait: half of them serve best, and more than eight gain nothing.
 */
export function threadsHere(asked?: number): { threads: number; why: string } {
  const cores = globalThis.navigator?.hardwareConcurrency ?? 1
  if (!globalThis.crossOriginIsolated) {
    return { threads: 1, why: '1 thread, since the page is not cross-origin isolated' }
  }
  const threads = asked ?? Math.min(8, Math.ceil(cores / 2))
  return { threads, why: threads === 1 ? '1 thread' : `${threads} threads` }
}

export interface ChooseOptions {
  readonly device: 'auto' | WebDevice
  readonly threads?: number
  /** Absent where nothing is known of the model. */
  readonly needs?: ModelNeeds
}

/**
 * Decides where a model runs: `auto` takes WebGPU where there is an adapter that can hold the model and that is, measured,
 * at least twice as fast as WebAssembly with the threads there are.
 * @throws `device-unavailable` for a device that is asked for and not there, or that cannot hold the model
 */
export async function chooseDevice({ device, threads: asked, needs }: ChooseOptions): Promise<DeviceChoice> {
  const { threads, why } = threadsHere(asked)
  const wasm = (reason: string): DeviceChoice => {
    if (!hasSimd()) {
      throw new NegError(
        'device-unavailable',
        `This browser’s WebAssembly has no SIMD, which the runtime needs. ${reason}`,
        {
          where: 'device',
        },
      )
    }
    return { device: 'wasm', threads, reason }
  }
  if (device === 'wasm') return wasm(`asked for; ${why}`)

  const adapter = await findAdapter()
  const obstacle = adapter ? needs && adapterObstacle(adapter, needs) : 'this browser offers no WebGPU adapter'
  if (device === 'webgpu') {
    if (!adapter || obstacle) {
      throw new NegError(
        'device-unavailable',
        `The model cannot run on webgpu here: ${adapter ? `${summarize(adapter).name}: ` : ''}${obstacle}. Use device 'wasm' or 'auto'.`,
        { where: 'device' },
      )
    }
    return { device, threads: 1, reason: `asked for; ${summarize(adapter).name}` }
  }
  if (!adapter) return wasm(`no WebGPU adapter; WebAssembly with ${why}`)
  const { name, software } = summarize(adapter)
  if (obstacle) return wasm(`${name}: ${obstacle}; WebAssembly with ${why}`)
  if (software) return wasm(`${name} computes on the CPU; WebAssembly with ${why}`)
  return compare(adapter, name, { threads, why }, wasm)
}

async function compare(
  adapter: GPUAdapter,
  name: string,
  { threads, why }: { threads: number; why: string },
  wasm: (reason: string) => DeviceChoice,
): Promise<DeviceChoice> {
  let webgpu: number
  try {
    webgpu = await measureWebgpu(adapter)
  } catch (error) {
    return wasm(`${name} failed a trial computation (${error}); WebAssembly with ${why}`)
  }
  const measured = { webgpu, wasm: (await measureWasm()) * threads }
  const figures = `${name} ${measured.webgpu.toFixed(0)} GFLOP/s, WebAssembly ${measured.wasm.toFixed(0)} GFLOP/s with ${why}`
  return webgpu >= margin * measured.wasm
    ? { device: 'webgpu', threads: 1, measured, reason: figures }
    : { ...wasm(figures), measured }
}
