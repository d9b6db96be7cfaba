import { NegError } from '@neg/core'
import { importOrt, type NodeOrt } from './import-ort'

/** Where onnxruntime-node can run a model. */
export const deviceNames = ['cpu', 'cuda', 'webgpu', 'coreml', 'dml'] as const

export type DeviceName = (typeof deviceNames)[number]

/** One line of what a machine can do. */
export interface DeviceState {
  readonly name: DeviceName
  readonly available: boolean
  /** Why not. */
  readonly reason?: string
  /** What to do about it. */
  readonly remedy?: string
}

const cudaInstall = 'ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js'

const remedies: Readonly<Record<DeviceName, string>> = {
  cpu: 'reinstall onnxruntime-node',
  cuda: `on Linux x64 with an NVIDIA driver, CUDA 12 and cuDNN 9: ${cudaInstall}`,
  webgpu: 'needs a GPU with a Vulkan, Metal or Direct3D 12 driver',
  coreml: 'needs macOS on Apple silicon',
  dml: 'needs Windows with a Direct3D 12 GPU',
}

/** Which systems onnxruntime-node has a device on at all. */
const platforms: Partial<Record<DeviceName, NodeJS.Platform>> = { coreml: 'darwin', dml: 'win32' }

/** y = x + x for one number: the smallest graph that a device has to compute. */
const smallest = Buffer.from(
  'CAg6NQoOCgF4CgF4EgF5IgNBZGQSAWdaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgIQDQ==',
  'base64',
)

/** Execution providers to open sessions with; what a device can't compute falls to the CPU. */
export const providersOf = (device: DeviceName): DeviceName[] => (device === 'cpu' ? ['cpu'] : [device, 'cpu'])

/** Whether a device computes, by having it compute. */
export async function tryDevice(ort: NodeOrt, device: DeviceName): Promise<DeviceState> {
  const unavailable = (reason: string): DeviceState => ({
    name: device,
    available: false,
    reason,
    remedy: remedies[device],
  })
  const platform = platforms[device]
  if (platform && platform !== process.platform) return unavailable(`this is ${process.platform}`)
  const known = ort.listSupportedBackends?.()
  if (known && !known.some(({ name }) => name === device)) {
    return unavailable('this build of onnxruntime-node does not have it')
  }
  try {
    const session = await ort.InferenceSession.create(smallest, {
      executionProviders: [device],
      logSeverityLevel: 4,
      intraOpNumThreads: 1,
    })
    try {
      const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.of(21), [1]) })
      const [value] = y.data as Float32Array
      return value === 42 ? { name: device, available: true } : unavailable(`it computed 21 + 21 as ${value}`)
    } finally {
      await session.release()
    }
  } catch (error) {
    return unavailable(error instanceof Error ? error.message.trim() : String(error))
  }
}

/**
 * What this machine's onnxruntime can run on, and what to do for the rest.
 *
 * @param options.ort package name, path or file URL of onnxruntime-node
 * @throws `runtime-missing`
 */
export async function devices(options: { readonly ort?: string } = {}): Promise<readonly DeviceState[]> {
  const ort = await importOrt(options.ort)
  const states: DeviceState[] = []
  for (const name of deviceNames) states.push(await tryDevice(ort, name))
  return states
}

/** `auto` is CUDA where it computes, else the CPU. @throws `device-unavailable` */
export async function chooseDevice(ort: NodeOrt, device: DeviceName | 'auto'): Promise<DeviceName> {
  if (device === 'cpu') return device
  if (device === 'auto') return (await tryDevice(ort, 'cuda')).available ? 'cuda' : 'cpu'
  const { available, reason, remedy } = await tryDevice(ort, device)
  if (available) return device
  throw new NegError('device-unavailable', `Device '${device}' is not available: ${reason}. To get it: ${remedy}.`, {
    where: 'device',
  })
}
