// What a page that draws pictures imports.
export { generate } from '../../packages/core/dist/index.js'
export { toImageData, web } from '../../packages/web/dist/index.js'
