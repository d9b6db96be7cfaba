import type { Pixels } from '../image/pixels'
import type { Tensor } from '../tensor/tensor'
import type { AttentionCapture, AttentionEdit, CaptureSpec } from './attention'
import type { Conditioning } from './conditioning'

/** What a ControlNet is to add to a row's prediction. */
export interface RowControl {
  /** Of `ModelInfo.controls`. */
  readonly name: string
  /** The picture that it reads: of the size in pixels that the row's latents cover; alpha is left out. */
  readonly image: Pixels
  /** Factor of what it adds; not 0. */
  readonly strength: number
}

/** One row of work, of any pass, picture or run. */
export interface DenoiseRow {
  /** Which picture it belongs to; where results must not depend on neighbours, a session call holds one picture only. */
  readonly picture: string
  /** Exactly what the network is fed. */
  readonly input: Tensor
  readonly t: number
  /**
   * What the network reads beside x (`ModelInfo.reads`), in the loop's scaling: [1 + C, h, w], the mask (1 is painted anew) before the
   * masked picture's latents; or [C, h, w], the picture's. Absent: it is fed zeros there.
   */
  readonly beside?: Tensor
  /** What ControlNets add; the sum where there are several. Default nothing. */
  readonly control?: readonly RowControl[]
  readonly conditioning: Conditioning
  /** The guidance input of distilled networks: LCM's `timestep_cond` is made from it, Flux's `guidance` is it. */
  readonly guidanceInput?: number
  readonly edit?: AttentionEdit
  readonly capture?: CaptureSpec
}

export interface DenoiseRequest {
  readonly rows: readonly DenoiseRow[]
}

export interface DenoiseResult {
  /** In the order of the request's rows; `output` is the raw network output. */
  readonly rows: readonly { readonly output: Tensor; readonly attention?: AttentionCapture }[]
  /** Session calls made, and the most rows that one of them held. */
  readonly calls: number
  readonly rowsPerCall: number
  /** Time inside the runtime. */
  readonly ms: number
}
