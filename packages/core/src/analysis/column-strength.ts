import type { AttentionCapture } from '../model/attention'

/**
 * How layers of different size add up: `sum` as they are (the formula of the article: larger layers weigh more), `equal`
 * each norm divided by √pixels first.
 *
 * @experimental
 */
export type LayerWeighting = 'sum' | 'equal'

/**
 * How strongly the picture attends to one column: Σ_k w_k ‖F_k‖ over layers k, where ‖F_k‖ is the mean over heads of each
 * head's Frobenius norm over pixels, w_k = 1 (`sum`) or 1/√pixels_k (`equal`).
 *
 * Source: Ban et al. 2024 (arXiv 2406.02965), section 3.
 */
export const columnStrength = ({ layers }: AttentionCapture, column: number, weighting: LayerWeighting): number =>
  layers.reduce((sum, { norms, height, width }) => {
    const weight = weighting === 'sum' ? 1 : 1 / Math.sqrt(height * width)
    return sum + weight * norms[column]
  }, 0)
