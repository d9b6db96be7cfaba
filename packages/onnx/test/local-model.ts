import * as ort from 'onnxruntime-node'
import { createOnnxModel, type OnnxModelOptions } from '../src/model/create-onnx-model'
import type { OnnxModel } from '../src/model/onnx-model'
import { localSessions } from '../src/session/local-sessions'
import { onnxruntime } from '../src/session/onnxruntime'
import type { Runtime } from '../src/session/runtime'
import { diskFiles } from './disk-files'

/** onnxruntime-node in this thread, on one core so that results do not depend on the machine's. */
export const cpu: Runtime = onnxruntime({
  ort: ort,
  name: 'onnxruntime-node',
  version: ort.env.versions.node ?? '',
  device: 'cpu',
  threads: 1,
  paths: true,
  session: { executionProviders: ['cpu'], intraOpNumThreads: 1, logSeverityLevel: 4 },
})

/** A model folder on the CPU, in this thread. */
export async function localModel(folder: string, options: Partial<OnnxModelOptions> = {}): Promise<OnnxModel> {
  const files = diskFiles(folder)
  return createOnnxModel({ files, sessions: await localSessions({ files, runtime: cpu }), ...options })
}
