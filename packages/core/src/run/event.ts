import type { Pixels } from '../image/pixels'
import type { AttentionCapture } from '../model/attention'
import type { Tensor } from '../tensor/tensor'

/** What the user should know though the run goes on. Codes are stable. */
export interface RunWarning {
  readonly code: string
  readonly message: string
}

/** What a column of captured attention is of. */
export interface CapturedTokens {
  readonly text: string
  readonly positions: readonly number[]
}

/** What a run tells while it goes. */
export type RunEvent =
  | ({ readonly type: 'warning' } & RunWarning)
  | {
      /** A scheduler step is done. */
      readonly type: 'step-end'
      /** Step in the full schedule, and that schedule's length. */
      readonly step: number
      readonly steps: number
      /** Network calls so far, and of the whole run. */
      readonly call: number
      readonly calls: number
      /** Where the solver arrived, in the model's parameterisation; the final latents after the last step. */
      readonly x: Tensor
      /** Rows run in this step, conditions that needed no row, rows run for observation only. */
      readonly run: number
      readonly elided: number
      readonly observed: number
      /** Wall time of the step. */
      readonly ms: number
    }
  | {
      /** A step of the inversion that comes before a run is done: its calls are counted apart from the run's own. */
      readonly type: 'inversion-step'
      readonly step: number
      readonly steps: number
      readonly call: number
      readonly calls: number
      /** Rows run in this step. */
      readonly run: number
      /** Wall time of the step. */
      readonly ms: number
    }
  /** Where a run that finds its own mask draws: white, of the picture's size. */
  | { readonly type: 'mask'; readonly image: Pixels }
  | {
      readonly type: 'attention'
      readonly step: number
      readonly call: number
      readonly role: string
      readonly index: number
      /** What each column of the capture is of: a word or phrase (empty for a bare position) and its positions. */
      readonly tokens: readonly CapturedTokens[]
      readonly capture: AttentionCapture
    }
  /** The clean image as the prediction of this step has it, decoded. */
  | { readonly type: 'preview'; readonly step: number; readonly image: Pixels }
  | { readonly type: 'image'; readonly image: Pixels }
