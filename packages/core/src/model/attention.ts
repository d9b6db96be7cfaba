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

/** What to watch of one row. */
export interface CaptureSpec {
  /** Positions in the encoded sequence, each a column; a list of positions is one column, the mean of its tokens' maps. */
  readonly tokens: readonly (number | readonly number[])[] | 'all'
  /** Whether maps are wanted beside the norms. */
  readonly maps: boolean
}

/** Cross-attention of one row: what each layer's pixels attend to, reduced. */
export interface AttentionCapture {
  readonly layers: readonly {
    /** diffusers' module name where the model has it. */
    readonly name: string
    /** Cells of the layer. */
    readonly height: number
    readonly width: number
    /** Of each column: the mean over heads of each head's Euclidean norm over pixels. */
    readonly norms: Float32Array
    /** Head means, [column, height·width]. */
    readonly maps?: Float32Array
    /** Mean of squared probabilities over heads, pixels and all tokens of the text. */
    readonly meanSquare: number
  }[]
}
