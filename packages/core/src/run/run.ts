import type { Pixels } from '../image/pixels'
import type { CallOptions } from '../json/json'
import type { DiffusionModel } from '../model/diffusion-model'
import type { Plugin } from '../plugins/plugin'
import type { Window } from '../recipe/window'
import type { Tensor } from '../tensor/tensor'
import type { RunEvent } from './event'
import type { NamedImages } from './images'
import type { RunRecord } from './record'

/** Watching cross-attention: an option of the run, not of the guidance. Needs `attention.capture` of the model. */
export interface RunCapture {
  /** Whose attention: `positive`, `negative`, `null`, or another role. */
  readonly roles: readonly string[]
  /**
   * What is watched, a column each: positions in the encoded sequence, or words and phrases (of the prompts that have them);
   * `words`: every word of the prompt; `all`: every position, padding and special tokens too. A word of several tokens is
   * the mean of their maps.
   */
  readonly tokens: readonly (number | string)[] | 'words' | 'all'
  /**
   * Whose tokens words are looked for in, by the text encoder's folder (`text_encoder_3`), on models that attend to those of
   * several (Stable Diffusion 3). Default the first.
   */
  readonly encoder?: string
  /** Whether maps are wanted beside norms. */
  readonly maps: boolean
  /** `merged`: layers as one, small enough to send and to keep (`mergeLayers`). Default `each`. */
  readonly layers?: 'each' | 'merged'
  /** When; default the whole run. */
  readonly window?: Window
  /** `observe` also runs passes that the guidance elides, so that curves have no holes; they never enter the picture. */
  readonly idle?: 'skip' | 'observe'
}

export interface RunOptions extends CallOptions {
  /** Further models that a guidance may ask by name (`auto`: a weaker one, arXiv 2406.02507). Default none. */
  readonly models?: Readonly<Record<string, DiffusionModel>>
  /** Guidances and schedulers of your own that the recipe may name, beside those of `registerPlugin`. Default none. */
  readonly plugins?: readonly Plugin[]
  /**
   * Input images and masks, RGBA, that the recipe names by the SHA-256 of their files: a list of what `inputImage` (of `@neg/node`,
   * `@neg/web`) gives, or pixels by that name. Default none.
   */
  readonly images?: NamedImages
  /** Watches cross-attention, as events of the run: `words` over the picture. Default not. */
  readonly capture?: RunCapture
  /** Decode the predicted clean image every so many scheduler steps, as `preview` events. Default never. */
  readonly previews?: { readonly every: number }
  /** Whether to decode the final latents; without it, `RunResult.image` has width 0. Default true. */
  readonly decode?: boolean
}

/** Milliseconds by phase; they add up to `total`. */
export interface RunTimings {
  readonly prepare: number
  /** Text encoding. */
  readonly encode: number
  /** Inside the runtime, denoising. */
  readonly network: number
  /** Everything else of the loop: guidance, scheduler, messages. */
  readonly loop: number
  /** Decoding latents, previews included. */
  readonly decode: number
  readonly total: number
}

export interface RunResult {
  readonly image: Pixels
  /** Every picture, in order, where the model draws several at once; `image` is the first. */
  readonly images?: readonly Pixels[]
  /** Final latents, [C, h, w] or [C, frames, h, w], as diffusers' `output_type="latent"` gives them. */
  readonly latents: Tensor
  readonly record: RunRecord
  readonly timings: RunTimings
}

/**
 * A run that has started. Iterate for its events (leaving the loop early aborts), await `result`, or both. Not thenable;
 * a failed `result` that nobody reads is no unhandled rejection.
 */
export interface Run<Event = RunEvent, Result = RunResult> extends AsyncIterable<Event> {
  readonly result: Promise<Result>
  /** Rejects `result` at once with `reason` (default an AbortError); the network call in flight ends in the background. */
  abort(reason?: unknown): void
}
