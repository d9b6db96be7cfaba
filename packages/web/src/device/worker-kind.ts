import type { WorkerKind } from '../options'
import type { DeviceChoice } from './choose-device'

/** WebAssembly that can be suspended makes a smaller runtime do. */
export const workerKind = ({ device }: Pick<DeviceChoice, 'device'>): WorkerKind =>
  device === 'wasm' ? 'wasm' : 'Suspending' in WebAssembly ? 'webgpu-jspi' : 'webgpu'
