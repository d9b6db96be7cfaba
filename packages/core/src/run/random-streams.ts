import { createGenerator } from '../random/create-generator'
import { deriveSeed } from '../random/seed'
import { torchGenerator } from '../random/torch-generator'
import type { Recipe } from '../recipe/recipe'
import { sizeOf, type Tensor } from '../tensor/tensor'

/** Where a run's randomness comes from, and nothing else. */
export interface RandomStreams {
  /** The torch stream, in diffusers' order: image-encoding noise, initial noise, scheduler noise. */
  normal(): Tensor
  /** A stream of the guidance's own for each key, so that changing the guidance never changes the run's noise. */
  guidance(key: string): Tensor
}

export function randomStreams({ seed, generator }: Pick<Recipe, 'seed' | 'generator'>, shape: number[]): RandomStreams {
  const stream = createGenerator(generator, seed)
  const count = sizeOf(shape)
  return {
    normal: () => ({ data: stream.randn(count), shape }),
    guidance: (key) => ({ data: torchGenerator(deriveSeed(seed, `guidance/${key}`)).randn(count), shape }),
  }
}
