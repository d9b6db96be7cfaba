export { renorm } from './renorm.js'
