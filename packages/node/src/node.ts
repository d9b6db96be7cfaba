import { connectModel, type OnnxModel } from '@neg/onnx'
import { embeddedModel, namedFolder } from './embedded-model'
import { type NodeOptions, parseOptions } from './options'
import type { DeviceName } from './runtime/devices'
import type { WorkerLoadOptions } from './runtime/model-worker'
import { physicalCores } from './runtime/physical-cores'
import { sameThread } from './runtime/same-thread'
import { startWorker } from './runtime/start-worker'

/** A model that runs on this machine, hosted by a thread of its own. */
export type NodeModel = OnnxModel

/**
 * Loads a model folder with onnxruntime-node, in a worker thread: the caller's event loop stays free. Configs and graph
 * headers are read and checked now; weights when they are first needed.
 *
 * @param options.model folder in diffusers' layout with ONNX files; default the embedded model, `@neg/portraits`
 * @param options.device `auto` (CUDA where it computes, else the CPU; default), `cpu`, `cuda`, `webgpu`, `coreml`, `dml`
 * @param options.dtype which of the folder's files: `fp32` (`model.onnx`, default), `fp16`, `q8`, `q4` …, or by part
 * @param options.threads CPU threads; default the machine's physical cores
 * @param options.mixPictures rows of different pictures may share a call; default not on the CPU
 * @param options.ort where onnxruntime-node is: package name, path or URL. A module handed in runs in the caller's
 *   thread, which it blocks for each network call
 * @param options.signal aborts the loading
 * @throws `option-unknown`, `option-invalid`, `device-unknown`, `device-unavailable`, `runtime-missing`, `model-missing`,
 *   `model-file-missing`, `model-file-malformed`, `tokenizer-malformed`, `model-unsupported`
 */
export async function node(options: NodeOptions = {}): Promise<NodeModel> {
  const { model, device = 'auto', dtype, threads = physicalCores(), mixPictures, ort, signal } = parseOptions(options)
  signal?.throwIfAborted()
  const load: WorkerLoadOptions = {
    ...(model === undefined ? await embeddedModel() : await namedFolder(model)),
    device: device as DeviceName | 'auto',
    threads,
    dtype,
    mixPictures,
    ...(typeof ort === 'string' ? { ort } : {}),
  }
  const { port, end } = ort !== undefined && typeof ort !== 'string' ? sameThread(ort) : startWorker()
  return connectModel({ port, load, end, signal })
}
