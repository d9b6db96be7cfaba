import type { ModelInfo } from '@neg/core'
import type { TextEncoderPart } from '../model/text-encoder-part'
import type { SessionFactory } from '../session/session'

/** A model's networks and tokenizers with what was added to them. */
export interface Added {
  readonly sessions: SessionFactory
  readonly text: readonly TextEncoderPart[]
  readonly info?: ModelInfo['additions']
}

/** What additions are added to. */
export interface Ground {
  readonly name: string
  readonly sessions: SessionFactory
  /** The denoiser's folder. */
  readonly denoiser: string
  readonly text: readonly TextEncoderPart[]
}
