import { NegError } from '@neg/core'
import type { Runtime, Session } from '@neg/onnx'
import { type OrtModule, onnxruntime } from '@neg/onnx/worker'
import type { WebDevice } from '../device/choose-device'

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

const deviceLost = (message: string): NegError =>
  new NegError(
    'device-lost',
    `The GPU is gone (${message || 'the browser gives no reason'}): another program may have taken it, or the driver was ` +
      "restarted. Load the model again, or use device 'wasm'.",
    { where: 'webgpu' },
  )

/** Notices when the GPU goes away: whatever a session says then is a consequence. */
function watched(runtime: Runtime, env: WebEnvironment): Runtime {
  let lost: Promise<NegError> | undefined
  let gone: NegError | undefined
  const watch = async () => {
    if (lost) return
    const gpu = await env.webgpu?.device
    lost ??= gpu?.lost.then(({ message }) => {
      gone = deviceLost(message)
      return gone
    })
  }
  /** A session's failure and the news of the loss may come in either order. */
  const explain = async (error: unknown): Promise<unknown> =>
    gone ?? (await Promise.race([lost ?? error, new Promise((resolve) => setTimeout(resolve, 200, error))]))

  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    if (gone) throw gone
    const running = work().catch(async (error: unknown) => {
      throw await explain(error)
    })
    // A call on a lost device may never answer.
    return lost ? Promise.race([running, lost.then((error) => Promise.reject(error))]) : running
  }
  return {
    ...runtime,
    async open(source): Promise<Session> {
      const session = await guard(() => runtime.open(source))
      await watch()
      return {
        ...session,
        run: (feeds, options) => guard(() => session.run(feeds, options)),
        release: () => (gone ? Promise.resolve() : session.release()),
      }
    },
  }
}
