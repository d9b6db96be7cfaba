export { type ForeignRecipe, foreignRecipe } from './foreign-recipe'
export { pictureTexts, recordKeyword } from './picture-texts'
