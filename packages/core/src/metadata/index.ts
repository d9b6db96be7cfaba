export { pictureTexts, recordKeyword } from './picture-texts'
