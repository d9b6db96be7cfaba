import type { ModelFile } from '../files/model-files'

/** A LoRA file that is added to a model's weights. */
export interface LoraAddition {
  /** What prompts, records and messages call it: the file's name without its ending. */
  readonly name: string
  readonly file: ModelFile
  /** Factor of the whole of it; negative ones take away. Default 1. */
  readonly weight?: number
  /** Factor of its part for the text encoders. Default `weight`. */
  readonly textWeight?: number
}

/** A textual inversion that prompts can name. */
export interface EmbeddingAddition {
  /** What prompts call it: the file's name without its ending. */
  readonly name: string
  readonly file: ModelFile
  /** Left out without an error where it fits no text encoder of the model: it came with a folder. Default false. */
  readonly optional?: boolean
}

/** What is added to a model's own weights as it is opened. */
export interface Additions {
  readonly loras?: readonly LoraAddition[]
  readonly embeddings?: readonly EmbeddingAddition[]
  /** Names of LoRA files that a prompt may ask for, `<lora:NAME:0.8>`: whoever opens models opens another one with them. */
  readonly shelf?: readonly string[]
}
