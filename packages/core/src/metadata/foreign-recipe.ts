import { a1111Recipe } from './a1111'
import { comfyRecipe } from './comfyui'
import { fooocusRecipe } from './fooocus'
import type { ForeignReader, ForeignRecipe } from './foreign-reader'
import { invokeRecipe } from './invokeai'
import { novelaiRecipe } from './novelai'
import { swarmRecipe } from './swarmui'

/** What says most comes first: several of them write a text `parameters`. */
const readers: readonly ForeignReader[] = [
  swarmRecipe,
  fooocusRecipe,
  invokeRecipe,
  novelaiRecipe,
  a1111Recipe,
  comfyRecipe,
]

/**
 * The recipe in the texts of another tool's PNG file (`readPngText`): AUTOMATIC1111 and its kind, ComfyUI, InvokeAI, Fooocus,
 * NovelAI, SwarmUI. Prompt, negative, steps, scale, seed, sampler and size are read; the picture will be like it, not the same.
 */
export function foreignRecipe(texts: Readonly<Record<string, string>>): ForeignRecipe | undefined {
  for (const read of readers) {
    const found = read(texts)
    if (found) return found
  }
  return undefined
}
