import { type CallOptions, NegError } from '@neg/core'
import type { AttentionOption, Dtype, MemoryOption, ProgressCallback } from '@neg/onnx'
import * as z from 'zod'
import type { LoraOption } from './files/addition-files'
import { type DeviceName, deviceNames } from './runtime/devices'
import type { NodeOrt } from './runtime/import-ort'

const schema = z.strictObject({
  model: z.string().min(1).optional(),
  device: z.string().optional(),
  dtype: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  threads: z.number().int().min(1).max(1024).optional(),
  mixPictures: z.boolean().optional(),
  attention: z.enum(['auto', 'sliced', 'exported']).optional(),
  memory: z.enum(['auto', 'keep', 'low']).optional(),
  loras: z
    .array(z.union([z.string().min(1), z.strictObject({ file: z.string().min(1), weight: z.number().optional() })]))
    .optional(),
  embeddings: z.array(z.string().min(1)).optional(),
  controlnets: z.record(z.string(), z.string().min(1)).optional(),
  subfolder: z.string().min(1).optional(),
  files: z.record(z.string(), z.string().min(1)).optional(),
  configs: z.string().min(1).optional(),
  revision: z.string().min(1).optional(),
  cacheDir: z.string().min(1).optional(),
  localFilesOnly: z.boolean().optional(),
  onProgress: z.custom<ProgressCallback>((value) => typeof value === 'function').optional(),
  ort: z.custom<string | NodeOrt>().optional(),
  signal: z.instanceof(AbortSignal).optional(),
})

/** Which model, and what to run it on. */
export interface NodeOptions extends CallOptions {
  /**
   * A diffusers model exported to ONNX: a folder, or `organisation/name` on the Hugging Face Hub, downloaded once. Default the
   * embedded model, `@neg/portraits`.
   */
  readonly model?: string
  /** Where it runs; `auto` takes the first that works and says why. Default `auto`. */
  readonly device?: 'auto' | DeviceName | (string & {})
  /** Which files of the networks, for all or by part: `fp32`, `fp16`, `q8` … as transformers.js names them. Default the most exact that a part has: `fp32`, the plain `model.onnx`, before `fp16`. */
  readonly dtype?: Dtype
  /** Threads of onnxruntime's CPU, 1 to 1024. Default one a physical core. */
  readonly threads?: number
  /** Whether rows of different pictures may share a session call, whose last bits then depend on the neighbours. Default false. */
  readonly mixPictures?: boolean
  /**
   * How attention is computed: `auto`: by the device's own kernel where it proves right, else over slices of queries; `sliced`;
   * `exported`: as the graphs have it. Default `auto`.
   */
  readonly attention?: AttentionOption
  /**
   * What stays in memory: `keep`: every network once it was opened; `low`: those of the stage that a run is in (text, denoising,
   * decoding), which costs their opening anew with each picture, and with each preview; rows one by one on the CPU, and pictures
   * larger than the VAE was trained with decoded in tiles, as diffusers' `enable_tiling`; `auto`: `low` but for the tiles where
   * the networks have more than an eighth of the free memory, else `keep`; tiles from 1024 pixels an edge on. Default `auto`.
   */
  readonly memory?: MemoryOption
  /**
   * LoRA files (`.safetensors`: kohya's, diffusers' or PEFT's keys; LoRA and LoCon) that are added to the model's weights, with a weight
   * each (default 1). A folder adds nothing by itself: its files are those that `<lora:NAME:0.8>` may name in prompts of syntax
   * `a1111`. Default none.
   */
  readonly loras?: readonly (string | LoraOption)[]
  /**
   * Textual inversions (`.safetensors`: A1111's, diffusers', SDXL's) that prompts and negatives name by their file's name without its
   * ending; of a folder all that fit the model. Default none.
   */
  readonly embeddings?: readonly string[]
  /**
   * ControlNets by the names that recipes have for them: `{ canny: 'controlnet-canny' }`, a folder with a `model.onnx` or an ONNX file. The
   * model's UNet has to be exported with inputs for what they add. A folder's own (`controlnet/`) is there without this. Default none.
   */
  readonly controlnets?: Readonly<Record<string, string>>
  /** Where in the folder or repository the model lies. Default `onnx` where its graphs are there, else the folder itself. */
  readonly subfolder?: string
  /** Networks by the part that they are, where neither folders nor names tell: `{ unet: 'my-unet.onnx' }`. Default none. */
  readonly files?: Readonly<Record<string, string>>
  /**
   * Folder, or id on the Hub, of the model that this one was made of: configs, tokenizers and scheduler that are missing here
   * are taken from there. Default none, but for repositories that are known to have none.
   */
  readonly configs?: string
  /** A branch, tag or commit of a model on the Hub (transformers.js' `revision`). Default `main`. */
  readonly revision?: string
  /** Folder for models of the Hub. Default Hugging Face's own (`HF_HUB_CACHE`, else `~/.cache/huggingface/hub`). */
  readonly cacheDir?: string
  /** Use only files that are on this machine already. Default false. */
  readonly localFilesOnly?: boolean
  /** Told of downloads, in the events of transformers.js, bytes and percent. Default nobody. */
  readonly onProgress?: ProgressCallback
  /** Another copy of onnxruntime-node: its module, or where it lies. Default the one that is installed. */
  readonly ort?: string | NodeOrt
}

/** @throws `option-unknown`, `option-invalid`, `device-unknown` */
export function parseOptions(options: NodeOptions): NodeOptions {
  const parsed = schema.safeParse(options)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue.path.join('.')
    if (issue.code === 'unrecognized_keys') {
      const known = Object.keys(schema.shape).join(', ')
      throw new NegError('option-unknown', `node() has no option '${issue.keys.join("', '")}'; it has ${known}.`, {
        where: issue.keys[0],
      })
    }
    throw new NegError('option-invalid', `The option ${where} of node() is refused: ${issue.message}.`, { where })
  }
  const { device } = parsed.data
  if (device !== undefined && device !== 'auto' && !(deviceNames as readonly string[]).includes(device)) {
    throw new NegError('device-unknown', `There is no device '${device}'; there are auto, ${deviceNames.join(', ')}.`, {
      where: 'device',
    })
  }
  return parsed.data
}
