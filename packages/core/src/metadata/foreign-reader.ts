import type { RecipeInput } from '../recipe/recipe'

/** What another tool's picture says of how it was drawn. */
export interface ForeignRecipe {
  /** Whose: `AUTOMATIC1111`, `ComfyUI` … */
  readonly tool: string
  /** What was understood, as a recipe. */
  readonly recipe: Partial<RecipeInput>
  /** What was not, by name, a sentence each. */
  readonly notes: readonly string[]
}

/** A reader takes the texts of a PNG file; undefined where they are not its tool's. */
export type ForeignReader = (texts: Readonly<Record<string, string>>) => ForeignRecipe | undefined
