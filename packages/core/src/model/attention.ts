import type { Json } from '../json/json'
import type { Tensor } from '../tensor/tensor'
import type { Conditioning } from './conditioning'

/** A named edit of cross- or self-attention (`nag`, `pag`, `seg`, `replace`) with plain parameters. */
export interface AttentionEdit {
  readonly name: string
  readonly options: Json
  /** A second context for the same call. */
  readonly against?: Conditioning
  /**
   * x_t of the row that an edit looks at, where that is another picture's: a pass gives it in the model's parameterisation, a
   * row as the network is fed it. Default: the row's own.
   */
  readonly x?: Tensor
}

/** Which tokens to watch (positions in the encoded sequence) and whether their maps are wanted beside the norms. */
export interface CaptureSpec {
  readonly tokens: readonly number[] | 'all'
  readonly maps: boolean
}

/**
 * Cross-attention of one row. Per layer and token: the mean over heads of each head's Euclidean norm over pixels;
 * maps are head means, [token, height·width].
 */
export interface AttentionCapture {
  readonly layers: readonly {
    readonly name: string
    readonly height: number
    readonly width: number
    readonly norms: Float32Array
    readonly maps?: Float32Array
  }[]
}
