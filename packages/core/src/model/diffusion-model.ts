import type { Pixels } from '../image/pixels'
import type { CallOptions, Json } from '../json/json'
import type { Level } from '../prediction/prediction'
import type { Tensor } from '../tensor/tensor'
import type { Conditioning, PromptInput } from './conditioning'
import type { DenoiseRequest, DenoiseResult } from './denoise'
import type { SchedulerSpec } from './parameterisation'
import type { Recommendation } from './recommendation'
import type { Requirement } from './requirement'

/** Known from configs and graph headers, before any weight is read. */
export interface ModelInfo {
  /** A name for people: a folder's name or a Hub id. */
  readonly id: string
  /** SHA-256 over the model's files. */
  readonly digest: string
  /** Tokens that each text encoder takes, special ones included, by the encoder's name: `{ text_encoder: 77 }`. */
  readonly tokenLimits: Readonly<Record<string, number>>
  /**
   * What a recipe's `maxSequenceLength` may be, and is where it says nothing: of a model with an encoder that takes any number of
   * tokens (T5). Both 0: it can have one, and is drawn without; a recipe's value then has no effect, and a warning says so.
   */
  readonly sequenceLength?: { readonly default: number; readonly most: number }
  /** The network takes a guidance input (LCM, Flux dev): it was distilled with guidance inside. */
  readonly distilled: boolean
  /** What a distilled network is told where the recipe does not say: `scale` is then always true guidance. Absent: it is told `scale`. */
  readonly distilledScale?: number
  readonly latent: {
    readonly channels: number
    /** Pixels an edge of one latent cell covers. */
    readonly pixelsPer: number
    /** Frames of a model that draws several pictures at once: its latents are [C, frames, h, w]. Default: [C, h, w]. */
    readonly frames?: number
  }
  /**
   * What the network reads of the recipe's picture, beside x. `masked-image`: where it is painted anew, and the rest of it (UNets made
   * for inpainting, of 9 channels); `image`: all of it (InstructPix2Pix, of 8). Absent: nothing.
   */
  readonly reads?: 'masked-image' | 'image'
  /**
   * ControlNets that a recipe's `control` may name, opened with the model. Empty: the network takes what a ControlNet adds, and none was
   * opened. Absent: it takes nothing of the kind.
   */
  readonly controls?: readonly {
    readonly name: string
    /** SHA-256 over its files. */
    readonly sha256: string
    /** The only size in pixels that it takes, where its export fixed one. */
    readonly size?: { readonly width: number; readonly height: number }
  }[]
  /** The size the model was trained at, in pixels. */
  readonly size: { readonly width: number; readonly height: number }
  /** Width and height must be multiples of this, in pixels. */
  readonly sizeMultiple: number
  /** Neither width nor height may be larger, in pixels: the network knows no further positions. Absent: no bound. */
  readonly sizeMost?: number
  /** What the model was trained with in place of a prompt: zeros for the embeddings (SDXL), or an empty text. */
  readonly null: 'zeros' | 'empty-text'
  /** The folder's own scheduler; its training keys (betas, prediction type) hold for every scheduler. */
  readonly scheduler: SchedulerSpec
  /**
   * How diffusers' pipelines of this kind walk a schedule where they do not leave it to the scheduler. `sigmas`: `even`, from 1 to 1/steps
   * before they are shifted (Flux). `strength`: `up`, the share of the steps that image to image runs is rounded up.
   */
  readonly walk?: { readonly sigmas?: 'even'; readonly strength?: 'up' }
  readonly timestep: {
    /** Rows at different t may share a call. */
    readonly batched: boolean
    /** The network takes whole timesteps only (int64): fractional ones are rounded, with a warning. */
    readonly integer: boolean
  }
  /** A session call may hold rows of several pictures: joining runs pays. Default false: each picture has calls of its own. */
  readonly mixesPictures?: boolean
  /**
   * What fills what a recipe leaves out: from the folder's neg.json, else what is known of models of its kind. Absent: neg's
   * own defaults (`general`, scale 5, 20 steps of the folder's scheduler).
   */
  readonly recommended?: Recommendation
  /** Names of the concepts a `gradient:NAME` network knows. */
  readonly gradients: Readonly<Record<string, readonly string[]>>
  /** How attention is computed, where the backend decides it. What a run watches or edits is open during that run all the same. */
  readonly attention?: {
    /** `fused`: by the runtime's own kernel; `sliced`: over slices of queries. With neither do a layer's scores stand whole in memory. */
    readonly by: 'fused' | 'sliced' | 'exported'
    /**
     * By network: layers that are computed so, and those that are left as exported. `opened`: how many the folder has as one node of an
     * exporter's or an optimizer's (ONNX's `Attention`, `com.microsoft.MultiHeadAttention`), which can be taken apart where a run watches or edits
     * them; absent where there is none.
     */
    readonly layers: Readonly<
      Record<string, { readonly closed: number; readonly exported: number; readonly opened?: number }>
    >
    /** Why it is not `fused`, or why layers are left. */
    readonly why?: string
  }
  /** Which networks stay in memory, where the backend decides it. */
  readonly memory?: {
    /** `keep`: every one that was opened; `low`: those of the stage that a run is in. */
    readonly networks: 'keep' | 'low'
    /** Why it is `low`, where nobody asked for it. */
    readonly why?: string
  }
  /** Pictures with an edge above so many pixels are decoded and encoded in overlapping tiles of an edge of `size` pixels. */
  readonly tiles?: { readonly above: number; readonly size: number }
  /** What was added to the model's own weights as it was opened. `digest` tells it from the model without. Absent: nothing. */
  readonly additions?: {
    /** LoRA files with their weights; `unused`: keys that fit no layer of the model. */
    readonly loras: readonly {
      readonly name: string
      readonly sha256: string
      readonly weight: number
      readonly unused: readonly string[]
    }[]
    /** Textual inversions that prompts can name, and the tokens that each takes. */
    readonly embeddings: readonly { readonly name: string; readonly sha256: string; readonly vectors: number }[]
    /** Textual inversions of a folder that are of another kind of model, or none: left out. */
    readonly skipped: readonly string[]
    /** LoRA files that a prompt may ask for: `<lora:NAME:0.8>` in syntax `a1111`. */
    readonly shelf: readonly string[]
  }
  /** What the last bits depend on. */
  readonly numerics: {
    readonly backend: string
    readonly runtime: string
    readonly device: string
    readonly threads: number
  }
}

/**
 * What an adapter implements. A plain object from a factory; what it cannot do it leaves out and does not list in
 * `provides`. Conditionings are handles whose tensors stay with the model.
 */
export interface DiffusionModel {
  readonly info: ModelInfo
  readonly provides: ReadonlySet<Requirement>
  /** Makes the one denoiser session have what the run needs (may replace it). Answers with the graph's name. */
  prepare(needs: ReadonlySet<Requirement>, options: CallOptions): Promise<{ readonly graph: string }>
  /** One conditioning per prompt, in order. Width and height in pixels (SDXL tells the network). */
  encode(
    prompts: readonly PromptInput[],
    options: CallOptions & { readonly width: number; readonly height: number },
  ): Promise<Conditioning[]>
  denoise(request: DenoiseRequest, options: CallOptions): Promise<DenoiseResult>
  /**
   * Latents as the denoising loop leaves them, [C, h, w] or [C, frames, h, w] (the VAE's scaling is the backend's), to a
   * picture, or to several where latents hold several: one or more, all of one size.
   */
  decode(latents: Tensor, options: CallOptions): Promise<Pixels | readonly Pixels[]>
  /**
   * The posterior of a picture, both [C, h, w], in the denoising loop's scaling: x0 = mean + exp(logVariance / 2) n. Where `hide`,
   * a mask of the picture's size, is light, the picture is read as mid-grey (0 in [−1, 1]).
   */
  encodeImage?(
    image: Pixels,
    options: CallOptions & { readonly hide?: Pixels },
  ): Promise<{ readonly mean: Tensor; readonly logVariance: Tensor }>
  /** ∇_x log p by a named network of the model folder, in the model's parameterisation. */
  gradient?(
    name: string,
    input: { readonly x: Tensor; readonly level: Level; readonly target: Json },
    options: CallOptions,
  ): Promise<Tensor>
  /**
   * The same model with further LoRA files (of `info.additions.shelf`) added to its weights, for runs whose prompt asks for them. It
   * stays open for the next that asks for the same.
   */
  withLoras?(
    loras: readonly { readonly name: string; readonly weight: number }[],
    options: CallOptions,
  ): Promise<{ readonly model: DiffusionModel; release(): void }>
  /** Rejects waiters and resolves when everything is released. Idempotent. */
  dispose(): Promise<void>
}
