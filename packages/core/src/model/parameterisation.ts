import type { Json } from '../json/json'
import type { Space } from '../prediction/prediction'

/** How the network was trained to see noise. */
export interface Parameterisation {
  /** `vp`: α² + σ² = 1; `edm`: α = 1 with Karras preconditioning; `flow`: α + σ = 1. */
  readonly kind: 'vp' | 'edm' | 'flow'
  /** What the network predicts. */
  readonly prediction: Space
  /** `edm`: the standard deviation of the training data that its preconditioning uses. Default 0.5. */
  readonly sigmaData?: number
}

/** A scheduler by diffusers class name, with its configuration in diffusers' keys. */
export interface SchedulerSpec {
  readonly name: string
  /** Of a plug-in: another version is refused. neg's own have none. */
  readonly version?: string
  readonly config: { readonly [key: string]: Json }
}
