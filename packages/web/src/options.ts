import { type CallOptions, NegError } from '@neg/core'
import type { AttentionOption, Dtype, MemoryOption, ProgressCallback } from '@neg/onnx'
import * as z from 'zod'
import type { WebDevice } from './device/choose-device'
import type { AdditionSource, LoraSource } from './files/addition-source'
import type { ModelSource } from './files/model-source'

/** What a worker is made for: `webgpu-jspi` is `webgpu` where the browser can suspend WebAssembly, in a smaller runtime. */
export type WorkerKind = 'wasm' | 'webgpu' | 'webgpu-jspi'

export interface WebOptions extends CallOptions {
  /** Where the model lies: a folder's address, the addresses of its files (`@neg/portraits/web`), or files that somebody chose (`chosenFolder`); required. */
  readonly model: ModelSource
  /** Where it runs. `auto` measures and says why it chose (`model.device.reason`). Default `auto`. */
  readonly device?: 'auto' | WebDevice
  /** Where in the folder the model lies. Default `onnx` where its graphs are there, else the folder itself. */
  readonly subfolder?: string
  /** Networks by the part that they are, where neither folders nor names tell: `{ unet: 'my-unet.onnx' }`. Default none. */
  readonly files?: Readonly<Record<string, string>>
  /**
   * Where the model that this one was made of lies: configs, tokenizers and scheduler that are missing here are taken from there.
   * Default none, but for repositories of the Hub that are known to have none.
   */
  readonly configs?: ModelSource
  /** Which variant of the networks: `fp32`, `fp16`, `q8` …, for all or per part. Default the plain `model.onnx`. */
  readonly dtype?: Dtype
  /** Threads of WebAssembly, where the page is cross-origin isolated. Default: half of the machine's, at most 8. */
  readonly threads?: number
  /**
   * How attention is computed: `auto`: by the device's own kernel where it proves right, else, and in WebAssembly, over slices of queries; `sliced`;
   * `exported`: as the graphs have it. Default `auto`.
   */
  readonly attention?: AttentionOption
  /**
   * What stays in memory: `keep`: every network once it was opened; `low`: those of the stage that a run is in (text, denoising,
   * decoding), which costs their opening anew with each picture, and with each preview; rows one by one in WebAssembly, and
   * pictures larger than the VAE was trained with decoded in tiles; `auto`: `low` but for the tiles where the networks have more
   * than an eighth of WebAssembly's 4 GiB, else `keep`; tiles from 1024 pixels an edge on. Default `auto`.
   */
  readonly memory?: MemoryOption
  /**
   * LoRA files (`.safetensors`: kohya's, diffusers' or PEFT's keys; LoRA and LoCon) that are added to the model's weights, with a weight
   * each. Default none.
   */
  readonly loras?: readonly LoraSource[]
  /** Textual inversions (`.safetensors`: A1111's, diffusers', SDXL's) that prompts and negatives name. Default none. */
  readonly embeddings?: readonly AdditionSource[]
  /** Where model files are kept: in this browser, or only as long as the model lives. Default `browser`. */
  readonly cache?: 'browser' | 'memory'
  /** Use only files that are stored already. Default false. */
  readonly localFilesOnly?: boolean
  /** Told of downloads, in the events of transformers.js, bytes and percent. Default nobody. */
  readonly onProgress?: ProgressCallback
  /** Address of the folder with onnxruntime-web's files, for pages without a bundler. Default where the bundler put them. */
  readonly runtime?: string | URL
  /** Makes the worker, where neither a bundler nor the package's own layout places it. Default the package's own. */
  readonly worker?: (kind: WorkerKind) => Worker
}

const addition = {
  file: z.union([z.string().min(1), z.instanceof(URL), z.instanceof(Blob)]),
  name: z.string().min(1).optional(),
}

const schema = z.strictObject({
  model: z.unknown(),
  subfolder: z.string().min(1).optional(),
  files: z.record(z.string(), z.string().min(1)).optional(),
  configs: z.unknown().optional(),
  device: z.enum(['auto', 'webgpu', 'wasm']).default('auto'),
  dtype: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  threads: z.number().int().min(1).max(64).optional(),
  attention: z.enum(['auto', 'sliced', 'exported']).default('auto'),
  memory: z.enum(['auto', 'keep', 'low']).default('auto'),
  loras: z
    .array(z.strictObject({ ...addition, weight: z.number().optional(), textWeight: z.number().optional() }))
    .optional(),
  embeddings: z.array(z.strictObject(addition)).optional(),
  cache: z.enum(['browser', 'memory']).default('browser'),
  localFilesOnly: z.boolean().default(false),
  onProgress: z.custom<ProgressCallback>((value) => typeof value === 'function').optional(),
  runtime: z.union([z.string(), z.instanceof(URL)]).optional(),
  worker: z.custom<WebOptions['worker']>((value) => typeof value === 'function').optional(),
  signal: z.instanceof(AbortSignal).optional(),
})

/** @throws `option-invalid`, `option-unknown` */
export function checkOptions(options: WebOptions) {
  const parsed = schema.safeParse(options)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    throw new NegError(
      'option-unknown',
      `web() has no option ${issue.keys.join(', ')}. It has ${Object.keys(schema.shape).join(', ')}.`,
    )
  }
  throw new NegError('option-invalid', `web(): ${where === '' ? '' : `${where}: `}${issue.message}.`, { where })
}
