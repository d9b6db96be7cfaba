import type { ModelInfo, Tensor } from '@neg/core'
import type { ModelFiles } from '../files/model-files'
import type { LatentGrid } from '../folder/latent-grid'
import type { AttentionSite } from '../graph/attention-site'
import type { DenoiserInputs } from '../graph/denoiser-inputs'
import type { GraphNodes } from '../graph/graph-nodes'
import type { Signature } from '../session/session'
import type { Value, ValueInfo } from '../session/value'
import type { TextPlan } from '../text/text-plan'
import type { ResolvedRow } from './resolved-row'

/** One denoiser's network: how rows of work become its inputs, and its outputs their predictions. @experimental */
export interface Denoiser {
  /** Of latents as the denoising loop has them, before any packing. */
  readonly channels: number
  /** What it reads of a picture, in channels after those of the latents. */
  readonly reads?: ModelInfo['reads']
  /** Inputs for what ControlNets add, in the order in which a `ControlNet` gives it; absent where it has none. */
  readonly residuals?: readonly ValueInfo[]
  /** One timestep a row; else one a call. */
  readonly batchedTimestep: boolean
  readonly integerTimestep: boolean
  /** It takes a guidance input: it was distilled with guidance inside. */
  readonly distilled: boolean
  /** Rows of every call, where the export fixed them; 0 where any number goes. */
  readonly fixedRows: number
  /** Latent height and width, where the export fixed them; 0 where any goes. */
  readonly fixedSize: readonly [height: number, width: number]
  /** Tokens of its text, where the export fixed them; 0 where any number goes. */
  readonly fixedTokens: number
  /** How texts reach it, with the text encoders that a folder has. */
  texts(parts: readonly string[]): TextPlan
  /**
   * Shapes, without the batch axis, of the inputs that a text of so many tokens gives. What the graph leaves free is as
   * models mostly have it: for calls that try a network.
   */
  textShapes(tokens: number): Readonly<Record<string, readonly number[]>>
  /**
   * Inputs of one call: all rows have one latent shape and one text length.
   *
   * @param residuals what ControlNets add, [rows, …] each in the order of `residuals`; default nothing
   */
  feeds(rows: readonly ResolvedRow[], residuals?: readonly Tensor[]): Record<string, Value>
  /** What a call's outputs say of each of its rows, in the shape of its latents. */
  predictions(outputs: Readonly<Record<string, Value>>, rows: readonly ResolvedRow[]): readonly Tensor[]
}

/**
 * A ControlNet's network: how rows and the pictures that they are led by become its inputs, and which outputs a denoiser takes.
 *
 * @experimental
 */
export interface ControlNet {
  /** Outputs, [rows, C, h, w] each, in the order of the denoiser's `residuals`. */
  readonly residuals: readonly ValueInfo[]
  /** The input that is x, and those that are a prompt's. */
  readonly latents: ValueInfo
  readonly texts: readonly ValueInfo[]
  /** As a denoiser's. */
  readonly batchedTimestep: boolean
  readonly fixedRows: number
  readonly fixedTokens: number
  /** Height and width in pixels of the pictures that it reads, where the export fixed them; 0 where any goes. */
  readonly fixedSize: readonly [height: number, width: number]
  /** Inputs of one call. @param pictures [3, H, W] in [0, 1], one a row */
  feeds(rows: readonly ResolvedRow[], pictures: readonly Tensor[]): Record<string, Value>
}

/** What a network's config says of its graph. @experimental */
export interface ConfigClaims {
  /** Keys that are the length of an axis of an input or output. */
  readonly axes: Readonly<Record<string, readonly [name: string, axis: number]>>
  /** Inputs that are there or not, as the config says. */
  readonly inputs: Readonly<Record<string, (config: Readonly<Record<string, unknown>>) => boolean>>
}

/** Axes of channels, which every network has fixed and many exports leave open. */
export interface ChannelAxes {
  /** Which axis of an input holds them, by the input's name. */
  readonly axes: Readonly<Record<string, number>>
  /** How many they are, by the input's name, as the network's config tells. @throws `model-file-malformed` */
  read(files: ModelFiles): Promise<{
    readonly where: string
    readonly channels: Readonly<Record<string, number>>
    /** Of the prediction. */
    readonly output?: number
  }>
  /** How many they are in most models: for what neither graph nor config nor weights tell. */
  readonly usual: Readonly<Record<string, number>>
}

/**
 * How models of a kind are drawn with where nobody says otherwise: as their pipelines in diffusers do it.
 *
 * @experimental
 */
export interface Manner extends Pick<ModelInfo, 'distilledScale' | 'walk'> {
  /** Their settings, where they are not neg's own defaults. */
  readonly settings?: { readonly scale: number; readonly steps: number }
}

/** Where a kind of network attends, and to what. @experimental */
export interface AttentionLayout {
  /** Every layer, by structure. */
  find(graph: GraphNodes): AttentionSite[]
  /** Height and width of every size that a layer may have, for latents of so many cells; largest first. */
  grids(height: number, width: number): readonly (readonly [height: number, width: number])[]
}

/**
 * A kind of denoising network. Everything that neg knows of one kind stands in one file, which exports one of these; the rest
 * of the package, remote models and servers deal with any.
 *
 * @experimental
 */
export interface Architecture {
  readonly name: string
  /** The folder of its network in a model. */
  readonly part: string
  /** The folders of the text encoders that it may read, in the order in which it does. */
  readonly encoders: readonly string[]
  /** What it draws, for people: the models that are of this kind. */
  readonly models: string
  /** The Hub id of a model of its makers, whose configs most exports go with that have networks of these names. */
  maker(networks: readonly string[]): string
  /** Whether a pipeline of this class name (`model_index.json`) draws with it. */
  takes(className: string): boolean
  /** The pipeline that a folder without an index is of, and the classes that an index may list of its parts. */
  readonly pipeline: string
  readonly classes: Readonly<Record<string, RegExp>>
  /** Whether a graph with inputs of these names is one. */
  owns(names: readonly string[]): boolean
  readonly inputs: DenoiserInputs
  readonly attention: AttentionLayout
  readonly claims: ConfigClaims
  /** Absent for a kind whose exports all have their channels fixed. */
  readonly channels?: ChannelAxes
  /** @param distilled the network takes a guidance input */
  manner(distilled: boolean): Manner
  /** Reads what a graph takes. @throws `model-unsupported` for inputs that nothing here can fill */
  describe(signature: Signature, where: string): Denoiser
  /** How ControlNets of the kind are read; absent where it is led by none. */
  readonly control?: {
    /** Which axis of an input holds channels, as `channels` has it for the denoiser. */
    readonly axes: Readonly<Record<string, number>>
    /** Reads what a ControlNet's graph takes and gives. @throws `model-unsupported` */
    describe(signature: Signature, where: string): ControlNet
  }
  /** Reads what its config says that its graph doesn't. @throws `model-file-missing`, `model-file-malformed` */
  readGrid(files: ModelFiles, legacy: boolean): Promise<LatentGrid>
}
