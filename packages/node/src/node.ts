import { connectModel, loraVariants, type OnnxModel } from '@neg/onnx'
import { type AdditionPaths, additionPaths } from './files/addition-files'
import { type NodeOptions, parseOptions } from './options'
import { resolveModel } from './resolve-model'
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
 * @param options.model folder in diffusers' layout with ONNX files, or a Hugging Face Hub id (`org/name`), which is
 *   downloaded once; default the embedded model, `@neg/portraits`
 * @param options.device `auto` (CUDA where it computes, else the CPU; default), `cpu`, `cuda`, `webgpu`, `coreml`, `dml`
 * @param options.dtype which of the folder's files: `fp32` (`model.onnx`), `fp16`, `q8`, `q4` …, or by part; default the most
 *   exact that a part has
 * @param options.subfolder where in the folder the model lies; default `onnx` where its graphs are there
 * @param options.files networks by the part that they are, where neither folders nor names tell: `{ unet: 'my-unet.onnx' }`
 * @param options.configs folder, or Hub id, of the model that this one was made of: configs, tokenizers and scheduler that
 *   are missing here are taken from there
 * @param options.loras LoRA files with their weights, added to the model's; folders, for `<lora:NAME:0.8>` in prompts
 * @param options.embeddings textual inversions, by file or folder, that prompts name
 * @param options.controlnets ControlNets by name, each a folder or an ONNX file, that a recipe's `control` names
 * @param options.threads CPU threads; default the machine's physical cores
 * @param options.mixPictures rows of different pictures may share a call; default not on the CPU
 * @param options.attention `auto` (the device's own kernel where it is right, else over slices of queries; default), `sliced`,
 *   `exported` (as the graphs have it: scores of a large picture take gigabytes)
 * @param options.memory `keep` (every network once it was opened), `low` (those of the stage that a run is in), `auto` (as their
 *   size and free memory tell; default)
 * @param options.ort where onnxruntime-node is: package name, path or URL. A module handed in runs in the caller's
 *   thread, which it blocks for each network call
 * @param options.revision branch, tag or commit on the Hub; default `main`
 * @param options.cacheDir where downloads lie; default Hugging Face's cache (HF_HUB_CACHE, HF_HOME)
 * @param options.localFilesOnly download nothing; default HF_HUB_OFFLINE
 * @param options.onProgress is told of downloads, in transformers.js' events
 * @param options.signal aborts the download and the loading
 * @throws `option-unknown`, `option-invalid`, `device-unknown`, `device-unavailable`, `runtime-missing`, `model-missing`,
 *   `model-file-missing`, `model-file-malformed`, `tokenizer-malformed`, `model-unsupported`, `model-mismatch`, `control-unsupported`; and of
 *   downloads
 *   `download-failed`, `download-unauthorized`, `download-not-found`, `download-corrupt`, `download-offline`
 */
export async function node(options: NodeOptions = {}): Promise<NodeModel> {
  const checked = parseOptions(options)
  checked.signal?.throwIfAborted()
  const { loras, embeddings } = checked
  const additions = loras || embeddings ? await additionPaths({ loras, embeddings }) : undefined
  const model = await open(checked, additions)
  if (!additions || additions.shelf.length === 0) return model
  const { withLoras, dispose } = loraVariants((asked) => {
    const further = asked.map(({ name, weight }) => ({ name, weight, path: pathOf(additions, name) }))
    return open({ ...checked, signal: undefined }, { ...additions, loras: [...additions.loras, ...further] })
  })
  const own = model.dispose
  // The very object: whole runs are handed to its thread by it.
  return Object.assign(model, {
    withLoras,
    async dispose() {
      await Promise.all([own(), dispose()])
    },
  })
}

const pathOf = ({ shelf }: AdditionPaths, name: string): string => shelf.find((one) => one.name === name)?.path ?? ''

async function open(checked: NodeOptions, additions: AdditionPaths | undefined): Promise<NodeModel> {
  const { device = 'auto', dtype, threads = physicalCores(), mixPictures, attention, memory, ort, signal } = checked
  const load: WorkerLoadOptions = {
    ...(await resolveModel(checked)),
    ...(additions ? { additions } : {}),
    device: device as DeviceName | 'auto',
    threads,
    dtype,
    mixPictures,
    attention,
    memory,
    ...(typeof ort === 'string' ? { ort } : {}),
  }
  const { port, end } = ort !== undefined && typeof ort !== 'string' ? sameThread(ort) : startWorker()
  return connectModel({ port, load, end, signal })
}
