import type { Tensor } from '@neg/core'
import type { EncodedText } from './encoded-text'

/** A text encoder as a denoiser reads it. @experimental */
export interface EncoderUse {
  /** Its folder: `text_encoder`. */
  readonly part: string
  /** Its tokenizer's folder. */
  readonly tokenizer: string
  /** Which kind it is, and so its tokenizer. */
  readonly kind: 'clip' | 't5'
  /** Which hidden state is read; `penultimate`: the last but one, without the final norm; `none`: the pooled output alone. */
  readonly layer: 'last' | 'penultimate' | 'none'
  /** Its output of one vector a text that is read, too: projected, or as it is before. */
  readonly pooled?: 'projected' | 'plain'
  /** Tokens of a window where a prompt does not say, of an encoder that takes any number. */
  readonly tokens?: number
}

/** Where the tokens of several encoders stand in what the network attends to. @experimental */
export interface TextSequence {
  /** The position of each encoder's first token; undefined for one whose tokens the network never sees. */
  readonly starts: readonly (number | undefined)[]
  readonly length: number
}

/** How texts become a denoiser's inputs. @experimental */
export interface TextPlan {
  readonly encoders: readonly EncoderUse[]
  /** The input that holds the sequence of tokens that the network attends to. */
  readonly input: string
  /** The input that takes the picture's sizes (SDXL's micro-conditioning), where there is one. */
  readonly sizes?: string
  /** In place of a prompt it may have been trained with zeros: the folder says whether it was. */
  readonly zeros: boolean
  /** For encodings of so many tokens, one an encoder, by encoders whose windows have `limits`. */
  sequence(lengths: readonly number[], limits: readonly number[]): TextSequence
  /** Channels of what the network attends to, for encoders of so many; undefined where they do not tell. */
  width(widths: readonly number[]): number | undefined
  /**
   * Encodings of one text, one an encoder, as inputs without a batch axis; `limits` as for `sequence`. Linear, so that blends may be summed
   * afterwards.
   */
  join(encoded: readonly EncodedText[], limits: readonly number[]): Readonly<Record<string, Tensor>>
}
