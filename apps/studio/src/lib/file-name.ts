import type { RecipeInput } from '@neg/core'

/** A file name from a prompt and a seed. */
export const fileName = ({ prompt, seed }: Pick<RecipeInput, 'prompt' | 'seed'>): string =>
  `${
    prompt
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, 60) || 'picture'
  }-${seed}.png`
