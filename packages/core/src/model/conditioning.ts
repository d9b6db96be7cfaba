import type { Tensor } from '../tensor/tensor'

/** One text to encode, as data; `text: null` is the model's own unconditional input. */
export interface PromptInput {
  readonly text: string | null
  /** What `null` encodes to; `auto` is what the model's config says (SDXL: zeros). Only read where text is null. */
  readonly null?: 'auto' | 'zeros' | 'empty-text'
  /** SDXL micro-conditioning: `originalSize`, `cropsCoordsTopLeft`, `targetSize`, each [height, width] in pixels. */
  readonly micro?: Readonly<Record<string, readonly number[]>>
  /** Prompt weights on characters [from, to). */
  readonly weights?: readonly (readonly [from: number, to: number, weight: number])[]
  /** Where a new window of the text encoder begins, whatever room the one before has: characters, ascending. */
  readonly breaks?: readonly number[]
  /** What happens to tokens beyond the limit: cut off with a warning, or encoded in windows. Default `truncate`. */
  readonly longPrompts?: 'truncate' | 'chunk'
  /** Tokens of a window of encoders that take any number (T5). Default the model's. */
  readonly maxSequenceLength?: number
  /** Mixed in embedding space: Σ weight × embedding, in place of `text` (negative prompt weight). */
  readonly blend?: readonly { readonly text: string | null; readonly weight: number }[]
}

/** A word of the prompt and the positions its tokens have in the encoded sequence. */
export interface PromptWord {
  readonly word: string
  readonly tokens: readonly number[]
  /** Whose tokens they are, by the text encoder's folder: a model that attends to several encoders' tokens has each word of each. */
  readonly encoder?: string
}

/** A handle to an encoded prompt; its tensors stay with the backend. */
export interface Conditioning {
  /** Digest of model, text and options: equal `id` means equal tensors. Memo, sharing and the wire's digest use it. */
  readonly id: string
  readonly prompt: PromptInput
  readonly words: readonly PromptWord[]
  /** Tokens; rows of different length never share a call. */
  readonly length: number
  /** What the user should know: e.g. the words that were cut off. */
  readonly warnings: readonly { readonly code: string; readonly message: string }[]
  tensors?(): Promise<Readonly<Record<string, Tensor>>>
  release(): void
}
