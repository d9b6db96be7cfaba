import type { GenerateInput, GuidanceSpec, Json } from '@neg/core'

/**
 * What a guidance says of itself; each law is tested for those that declare its property. Everything is optional: a new
 * guidance starts with `{}` and learns what it fulfils.
 */
export interface GuidanceProperties {
  /** Options it is tested with, beside its defaults. */
  readonly options?: { readonly [key: string]: Json }
  /** A wrapper: what it wraps (default `general`). */
  readonly of?: readonly GuidanceSpec[]
  /** More of the recipe, e.g. `roles`. */
  readonly recipe?: Partial<GenerateInput>
  /** With scale 1 and no negative it gives exactly d_y with one pass. Default true. */
  readonly identityAtOne?: boolean
  /** It is the general form d_∅ + s⁺ (d_y − d_∅) − Σ s⁻ (d_n − d_∅) with these options. Default false. */
  readonly generalForm?: boolean
  /** It gives the same x0 whatever space its predictions come in. Default false. */
  readonly spaceFree?: boolean
  /** Its x0 is an affine function of the scale, without negatives. Default false. */
  readonly affineInScale?: boolean
  /** Options under which it is plain guidance, and which one. */
  readonly neutral?: {
    readonly options: { readonly [key: string]: Json }
    readonly equals: 'general' | 'classifier-free' | 'negative-prompt'
  }
  /** What a negative equal to the prompt makes of it: d_y, or classifier-free guidance. */
  readonly negativeIsPositive?: 'positive' | 'classifier-free'
  /** A negative equal to null (`""`) changes nothing. Default true for those that read negatives. */
  readonly negativeIsNull?: boolean
  /** It differs from classifier-free guidance at scale 0, 1 or 5 in some run of the laws; false for plain guidance. */
  readonly dependsOnScale?: boolean
}
