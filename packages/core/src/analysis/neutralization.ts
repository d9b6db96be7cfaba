import { convert, type Prediction } from '../prediction/prediction'
import { minus } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'

/**
 * What the negative takes away at one step: the clean image that guidance with it predicts, less the one that guidance
 * without it predicts from the same x. Decoded pictures of either show what it is; a negative deletes by adding the object
 * with its sign turned.
 *
 * Source: Ban et al. 2024 (arXiv 2406.02965), "deletion through neutralization"; `diff_map` of the released code.
 *
 * @throws `conversion-undefined` where the predictions say nothing of x0
 * @experimental
 */
export const oneStepDifference = (withNegative: Prediction, without: Prediction): Tensor =>
  minus(convert(withNegative, 'x0').value, convert(without, 'x0').value)
