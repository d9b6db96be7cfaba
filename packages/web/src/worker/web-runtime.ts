import { NegError } from '@neg/core'
import type { Runtime, Session } from '@neg/onnx'
import { type OrtModule, onnxruntime } from '@neg/onnx/worker'
import type { WebDevice } from '../device/choose-device'
import { gpuWatch } from './gpu-watch'

interface WebEnvironment {
  readonly versions: Readonly<Record<string, string | undefined>>
  logLevel: string
  readonly wasm: { numThreads?: number; proxy?: boolean; wasmPaths?: string }
  readonly webgpu?: { readonly device?: Promise<GPUDevice> | GPUDevice; powerPreference?: string }
}

export interface WebRuntimeOptions {
  load(): Promise<OrtModule>
  readonly device: WebDevice
  readonly threads: number
  /** Address of the folder that holds the .wasm files, where no bundler placed them. */
  readonly folder?: string
}

/**
 * onnxruntime-web as a runtime. One session runs at a time (the model's queue sees to it).
 * @throws `runtime-failed` when it cannot start; `device-lost` from sessions whose GPU is gone
 */
export async function webRuntime({ load, device, threads, folder }: WebRuntimeOptions): Promise<Runtime> {
  const ort = await load().catch((cause: unknown) => {
    throw new NegError('runtime-failed', `onnxruntime-web could not be loaded: ${cause}.`, { cause })
  })
  const env = ort.env as unknown as WebEnvironment
  env.logLevel = 'error'
  env.wasm.numThreads = threads
  env.wasm.proxy = false
  if (folder !== undefined) env.wasm.wasmPaths = folder
  const runtime = onnxruntime({
    ort,
    name: 'onnxruntime-web',
    version: env.versions.web ?? env.versions.common ?? '',
    device,
    threads,
    paths: false,
    session: { executionProviders: [device], logSeverityLevel: 3 },
  })
  return device === 'webgpu' ? watched(runtime, env) : runtime
}

/** A runtime whose calls end with `device-lost` when the GPU goes away. */
function watched(runtime: Runtime, env: WebEnvironment): Runtime {
  const watch = gpuWatch()
  let known = false
  return {
    ...runtime,
    async open(source): Promise<Session> {
      const standIn = known ? undefined : await watch.standIn()
      try {
        const session = await watch.guard(() => runtime.open(source))
        watch.follow(await env.webgpu?.device)
        known = true
        return {
          ...session,
          run: (feeds, options) => watch.guard(() => session.run(feeds, options)),
          release: () => (watch.gone() ? Promise.resolve() : session.release()),
        }
      } finally {
        standIn?.destroy()
      }
    },
  }
}
