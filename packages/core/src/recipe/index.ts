export {
  type Finding,
  findings,
  type ImageInput,
  type ImageSpec,
  type InversionMethod,
  inversionMethods,
} from './image'
export { parseRecipe } from './parse'
export {
  type CheckedRecipe,
  type ConceptInput,
  type ConceptSpec,
  type GuidanceSpec,
  type Recipe,
  type RecipeInput,
  recipeInputSchema,
} from './recipe'
export { type Scalar, scalarAt, scalarSchema } from './scalar'
export { isOpen, type Position, type Window, type WindowCurve, windowSchema } from './window'
export { type WindowInput, type WindowPreset, windowPresets } from './window-presets'
