import { createOnnxModel, type Dtype, localSessions, type OnnxModel, onnxruntime } from '@neg/onnx/worker'
import { folderFiles } from '../files/folder-files'
import { chooseDevice, type DeviceName, providersOf } from './devices'
import type { NodeOrt } from './import-ort'

/** What a model is loaded from; crosses to the worker. */
export interface LoadOptions {
  readonly folder: string
  /** What errors and records call it. */
  readonly name?: string
  readonly device: DeviceName | 'auto'
  readonly threads: number
  readonly dtype?: Dtype
  readonly mixPictures?: boolean
}

/** Loads a model folder with an onnxruntime, in this thread. */
export async function loadModel(ort: NodeOrt, options: LoadOptions): Promise<OnnxModel> {
  const files = await folderFiles(options.folder, options.name)
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
    },
  })
  const sessions = await localSessions({ files, runtime, dtype: options.dtype })
  return createOnnxModel({ files, sessions, mixPictures: options.mixPictures })
}
