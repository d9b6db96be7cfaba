export type { ForeignRecipe } from './foreign-reader'
export { foreignRecipe } from './foreign-recipe'
export { pictureTexts, recordKeyword } from './picture-texts'
