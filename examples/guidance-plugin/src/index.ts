export { powerDdim } from './power-ddim.js'
export { renorm } from './renorm.js'
