import type { ModelFiles, SessionFactory } from '@neg/onnx'
import type { LayoutOptions } from '@neg/onnx/internal'
import { type Dtype, localSessions, onnxruntime } from '@neg/onnx/worker'
import { modelFiles } from '../files/model-files'
import { chooseDevice, type DeviceName, providersOf } from './devices'
import type { NodeOrt } from './import-ort'

/** What networks are loaded from; crosses to the worker. */
export interface LoadSessionsOptions {
  readonly folder: string
  /** What errors and records call it. */
  readonly name?: string
  readonly layout?: LayoutOptions
  readonly configs?: { readonly folder: string; readonly name?: string }
  /** ControlNets of elsewhere, folders or graphs, by name. */
  readonly controlnets?: Readonly<Record<string, string>>
  readonly device: DeviceName | 'auto'
  readonly threads: number
  readonly dtype?: Dtype
}

/** A model folder's networks with an onnxruntime, in this thread. */
export async function loadSessions(
  ort: NodeOrt,
  options: LoadSessionsOptions,
): Promise<{ files: ModelFiles; sessions: SessionFactory }> {
  const files = await modelFiles(options)
  const device = await chooseDevice(ort, options.device)
  const runtime = onnxruntime({
    ort,
    name: 'onnxruntime-node',
    version: ort.env.versions['node'] ?? ort.env.versions['common'] ?? 'unknown',
    device,
    threads: options.threads,
    paths: true,
    session: {
      executionProviders: providersOf(device),
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      // How long a thread looks for work before it sleeps. By default that is many milliseconds, and threads without work take
      // the cores from those that have some: a picture takes a tenth longer (docs/performance.md).
      extra: { session: { intra_op: { spin_duration_us: '1000' } } },
    },
  })
  return { files, sessions: await localSessions({ files, runtime, dtype: options.dtype }) }
}
