import type { CallOptions, DiffusionModel, Pixels, Tensor } from '@neg/core'
import type { Classify, Judge } from '../classifiers/image-classifier'

/** A model folder of ONNX graphs, ready to run. */
export interface OnnxModel extends DiffusionModel {
  /** One picture: no VAE of these folders decodes several. */
  decode(latents: Tensor, options: CallOptions): Promise<Pixels>
  /**
   * Probability, in [0, 1], of each attribute that the folder's `image_classifier` knows; absent where the folder has
   * none. @throws `image-mismatch` for a size it doesn't take
   */
  readonly classify?: Classify
  /** The same with the features that sets of pictures are compared by. @throws `image-mismatch` */
  readonly judge?: Judge
}
